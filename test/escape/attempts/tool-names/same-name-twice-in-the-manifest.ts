import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'two tools of one name are refused in the manifest',
  manifest: {
    contributes: {
      tools: [
        { name: 'attack', description: 'One.', inputSchema: { type: 'object' } },
        { name: 'attack', description: 'Two.', inputSchema: { type: 'object' } },
      ],
    },
  },
  refused: 'contributes.tools.1',
})
