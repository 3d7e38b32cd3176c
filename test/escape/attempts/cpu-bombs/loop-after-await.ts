import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a loop after await, outside of V8’s own limit, runs into the CPU limit',
  handler: "await context.storage.get('k'); for (;;);",
  code: 'SANDBOX_CPU',
  limit: 'cpuMsPerCall',
  costs: 'sandbox',
})
