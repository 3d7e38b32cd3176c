import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'throwing a symbol is only an error',
  handler: "throw Symbol('x')",
  code: 'PLUGIN_ERROR',
})
