import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a proxy that loops when its keys are asked for runs into the CPU limit',
  handler: 'return new Proxy({}, { ownKeys() { for (;;); } })',
  code: 'SANDBOX_CPU',
  costs: 'sandbox',
})
