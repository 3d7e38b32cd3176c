import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an aggregate of many errors ends as one short message',
  handler: `throw new AggregateError(Array.from({ length: 10000 }, (_, i) => new Error('x'.repeat(100) + i)), 'many')`,
  code: 'PLUGIN_ERROR',
})
