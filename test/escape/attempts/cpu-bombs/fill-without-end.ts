import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'fill over 2^53 - 1 places costs the cell at most',
  handler: "Array.prototype.fill.call({ length: 2 ** 53 - 1 }, 1); return 'x'",
  code: ['SANDBOX_CPU', 'SANDBOX_MEMORY'],
  costs: 'cell',
})
