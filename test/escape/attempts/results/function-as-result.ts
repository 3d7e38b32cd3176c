import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a function is no result',
  handler: 'return () => process',
  code: 'PLUGIN_ERROR',
})
