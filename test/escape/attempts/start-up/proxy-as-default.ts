import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a default export that is a proxy does not start',
  module: `export default new Proxy({}, { getOwnPropertyDescriptor() { throw 1 }, get() { for (;;); } })`,
  startCode: ['SANDBOX_START_FAILED', 'SANDBOX_CPU'],
  costs: 'sandbox',
})
