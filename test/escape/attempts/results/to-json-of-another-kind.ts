import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'toJSON that answers something else than an object is no result of a tool',
  handler: 'return { toJSON() { return 42 } }',
  gets: '42',
})
