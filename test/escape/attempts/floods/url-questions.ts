import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a flood of questions to the URL parser runs into the CPU limit',
  handler: "for (;;) new URL('http://example.com/' + 'a/../'.repeat(5000))",
  code: 'SANDBOX_CPU',
  costs: 'sandbox',
})
