import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a module nested deeper than a compiler goes does not start',
  module: 'export default ' + '['.repeat(200_000) + ']'.repeat(200_000),
  startCode: 'SANDBOX_START_FAILED',
})
