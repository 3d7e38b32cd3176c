import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a loop in a promise reaction runs into the CPU limit',
  handler: 'await Promise.resolve().then(() => { for (;;); })',
  code: 'SANDBOX_CPU',
  costs: 'sandbox',
})
