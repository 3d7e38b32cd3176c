import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'activate that never returns does not start',
  module: 'export default { activate: () => new Promise(() => {}) }',
  limits: { startMs: 400 },
  startCode: 'SANDBOX_START_TIMEOUT',
  limit: 'startMs',
  costs: 'sandbox',
})
