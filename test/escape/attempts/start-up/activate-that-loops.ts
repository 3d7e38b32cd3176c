import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'activate that loops does not start',
  module: 'export default { activate() { for (;;); } }',
  startCode: ['SANDBOX_CPU', 'SANDBOX_START_TIMEOUT'],
  costs: 'sandbox',
})
