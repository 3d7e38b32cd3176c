import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'work cut into small pieces pays for all of them',
  handler: `for (;;) { const end = Date.now() + 20; while (Date.now() < end); await context.clock.sleep(0) }`,
  code: 'SANDBOX_CPU',
  limit: 'cpuMsPerCall',
  costs: 'sandbox',
})
