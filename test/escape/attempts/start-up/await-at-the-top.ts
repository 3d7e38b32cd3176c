import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a module that waits for ever does not start',
  module: 'await new Promise(() => {}); export default {}',
  limits: { startMs: 600 },
  startCode: ['SANDBOX_START_FAILED', 'SANDBOX_START_TIMEOUT'],
  costs: 'sandbox',
})
