import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a getter named then that throws is only an error',
  handler: "return { get then() { throw new Error('no') } }",
  code: 'PLUGIN_ERROR',
})
