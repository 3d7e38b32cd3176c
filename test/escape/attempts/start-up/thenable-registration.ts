import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'what activate returns may be a thenable that loops',
  module: 'export default { activate: () => ({ then() { for (;;); } }) }',
  startCode: 'SANDBOX_CPU',
  costs: 'sandbox',
})
