import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a flood of progress messages is cut off',
  handler: "for (let i = 0; i < 5000; i++) call.progress(i, 5000, 'x'.repeat(500)); return 'done'",
  gets: 'done',
})
