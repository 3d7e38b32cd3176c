import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'reverse of a sparse object of 2^53 - 1 places costs the cell at most',
  handler: "Array.prototype.reverse.call({ length: 2 ** 53 - 1 }); return 'x'",
  code: 'SANDBOX_CPU',
  costs: 'cell',
})
