import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a thenable that loops runs into the CPU limit',
  handler: 'return { then() { for (;;); } }',
  code: 'SANDBOX_CPU',
  limit: 'cpuMsPerCall',
  costs: 'sandbox',
})
