import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a symbol is no result',
  handler: 'return Symbol.iterator',
  code: 'PLUGIN_ERROR',
})
