import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a module that re-exports from elsewhere does not start',
  module: "export * from 'node:process'; export default { activate() {} }",
  startCode: 'SANDBOX_START_FAILED',
})
