import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an empty module does not start',
  module: '// nothing',
  startCode: 'SANDBOX_START_FAILED',
})
