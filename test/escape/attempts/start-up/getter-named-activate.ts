import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'activate behind a getter that loops does not start',
  module: 'export default { get activate() { for (;;); } }',
  startCode: 'SANDBOX_CPU',
  costs: 'sandbox',
})
