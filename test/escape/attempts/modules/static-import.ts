import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a module with imports does not start',
  module: "import fs from 'node:fs'; export default { activate() {} }",
  startCode: 'SANDBOX_START_FAILED',
})
