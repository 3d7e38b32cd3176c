import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'throwing a proxy is only an error',
  handler: "throw new Proxy({}, { get() { throw new Error('trap') }, getPrototypeOf() { throw 1 } })",
  code: 'PLUGIN_ERROR',
})
