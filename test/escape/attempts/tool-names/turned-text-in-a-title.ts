import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a title that turns its direction is refused',
  manifest: {
    contributes: {
      tools: [{ name: 'attack', title: 'Read\u202Eeteled', description: 'Reads.', inputSchema: { type: 'object' } }],
    },
  },
  refused: 'contributes.tools.0.title',
})
