import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a number is no result',
  handler: 'return 42',
  code: 'PLUGIN_ERROR',
})
