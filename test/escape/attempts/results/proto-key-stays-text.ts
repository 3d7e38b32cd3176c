import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a result with `__proto__` stays text',
  handler: "return { content: [{ type: 'text', text: 'ok' }], ['__proto__']: { polluted: true } }",
  gets: 'ok',
})
