import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a getter that loops while the result is written runs into the CPU limit',
  handler: 'return { get content() { for (;;); } }',
  code: 'SANDBOX_CPU',
  limit: 'cpuMsPerCall',
  costs: 'sandbox',
})
