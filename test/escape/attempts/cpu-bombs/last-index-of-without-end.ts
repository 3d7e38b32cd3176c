import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'lastIndexOf over 2^53 - 1 places costs the cell at most',
  handler: 'return String(Array.prototype.lastIndexOf.call({ length: 2 ** 53 - 1 }, 1))',
  code: 'SANDBOX_CPU',
  costs: 'cell',
})
