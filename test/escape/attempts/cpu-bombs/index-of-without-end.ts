import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'indexOf over 2^53 - 1 places, which V8 cannot interrupt, costs the cell',
  handler: 'return String(Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1))',
  code: 'SANDBOX_CPU',
  limit: 'cpuMsPerCall',
  costs: 'cell',
})
