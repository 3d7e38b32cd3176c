import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'progress after the answer goes nowhere',
  handler: "setTimeout(() => call.progress(1, 2, 'late'), 5); return 'answered'",
  gets: 'answered',
})
