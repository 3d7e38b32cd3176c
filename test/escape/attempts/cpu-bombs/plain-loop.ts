import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a plain loop runs into the CPU limit',
  handler: 'for (;;);',
  code: 'SANDBOX_CPU',
  limit: 'cpuMsPerCall',
  costs: 'sandbox',
})
