import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a module that loops does not start',
  module: 'for (;;); export default {}',
  startCode: ['SANDBOX_CPU', 'SANDBOX_START_TIMEOUT'],
  costs: 'sandbox',
})
