import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a loop in a timer runs into the CPU limit',
  handler: "setTimeout(() => { for (;;); }, 1); await context.clock.sleep(3000); return 'x'",
  code: 'SANDBOX_CPU',
  limit: 'cpuMsPerCall',
  costs: 'sandbox',
})
