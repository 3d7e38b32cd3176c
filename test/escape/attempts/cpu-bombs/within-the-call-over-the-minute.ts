import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a call within its own limit still runs into the limit of a minute',
  handler: 'for (;;);',
  limits: { cpuMsPerMinute: 200, cpuMsPerCall: 5_000 },
  code: 'SANDBOX_CPU',
  limit: 'cpuMsPerMinute',
  costs: 'sandbox',
})
