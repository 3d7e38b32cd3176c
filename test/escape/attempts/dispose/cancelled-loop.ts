import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a caller that gives up on a loop is free at once; the loop still ends',
  handler: 'for (;;);',
  cancelAfterMs: 40,
  code: 'CALL_CANCELLED',
  costs: 'sandbox',
})
