import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a regular expression that backtracks for ever runs into the CPU limit',
  handler: "return String(/^(a+)+$/.test('a'.repeat(40) + 'b'))",
  code: 'SANDBOX_CPU',
  costs: 'sandbox',
})
