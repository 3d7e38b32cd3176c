import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'what activate returns may have a looping getter',
  module: 'export default { activate: () => ({ get dispose() { for (;;); } }) }',
  startCode: 'SANDBOX_CPU',
  costs: 'sandbox',
})
