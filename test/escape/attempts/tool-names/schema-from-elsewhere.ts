import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a schema that is fetched from elsewhere is refused',
  manifest: {
    contributes: {
      tools: [
        {
          name: 'attack',
          description: 'Attacks.',
          inputSchema: { type: 'object', $ref: 'https://evil.test/schema.json' },
        },
      ],
    },
  },
  refused: 'contributes.tools.0.inputSchema',
})
