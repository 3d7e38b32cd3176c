import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a getter that calls capabilities while the result is written gets its answers too late',
  handler: `return { content: [{ type: 'text', get text() { context.storage.set('late', 1); return 'fine' } }] }`,
  gets: 'fine',
})
