import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a module that throws something hostile does not start',
  module: "throw { get message() { return 'x'.repeat(1e6) } }; export default {}",
  startCode: 'SANDBOX_START_FAILED',
})
