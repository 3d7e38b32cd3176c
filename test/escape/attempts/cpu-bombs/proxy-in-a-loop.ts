import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a loop that hides behind a proxy runs into the CPU limit',
  handler: 'const p = new Proxy({}, { get: () => p, has: () => true }); for (;;) p.x',
  code: 'SANDBOX_CPU',
  costs: 'sandbox',
})
