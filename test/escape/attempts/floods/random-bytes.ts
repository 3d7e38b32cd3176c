import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a flood of questions for random bytes runs into the CPU limit',
  handler: 'for (;;) crypto.getRandomValues(new Uint8Array(65536))',
  code: 'SANDBOX_CPU',
  costs: 'sandbox',
})
