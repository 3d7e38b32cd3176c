import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a module without a default export does not start',
  module: 'export const x = 1',
  startCode: 'SANDBOX_START_FAILED',
})
