import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an error whose code is an object with getters is only an error',
  handler: "throw Object.assign(new Error('x'), { code: { toString() { for (;;); } } })",
  code: 'PLUGIN_ERROR',
})
