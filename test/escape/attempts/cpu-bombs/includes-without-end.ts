import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'includes over 2^53 - 1 places costs the cell at most',
  handler: 'return String(Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1))',
  code: 'SANDBOX_CPU',
  costs: 'cell',
})
