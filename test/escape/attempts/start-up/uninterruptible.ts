import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a start that V8 cannot interrupt costs the cell at most',
  module: 'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1); export default {}',
  startCode: ['SANDBOX_CPU', 'SANDBOX_START_TIMEOUT'],
  costs: 'cell',
})
