import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a capability call made after the answer is not counted to somebody else’s call',
  handler: "setTimeout(() => { context.storage.set('late', 1) }, 1); return 'answered'",
  gets: 'answered',
})
