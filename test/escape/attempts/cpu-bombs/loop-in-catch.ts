import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a loop that catches its own end does not survive it',
  handler: 'for (;;) { try { for (;;); } catch {} finally { continue } }',
  code: 'SANDBOX_CPU',
  costs: 'sandbox',
})
