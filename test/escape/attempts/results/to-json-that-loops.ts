import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'toJSON that loops runs into the CPU limit',
  handler: 'return { toJSON() { for (;;); } }',
  code: 'SANDBOX_CPU',
  limit: 'cpuMsPerCall',
  costs: 'sandbox',
})
