import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a getter that throws while the result is written is only an error',
  handler: "return { get content() { throw Object.assign(new Error('x'), { code: 'HOST' }) } }",
  code: 'PLUGIN_ERROR',
})
