import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'progress from inside a getter of the result comes too late to confuse anybody',
  handler: "return { content: [{ type: 'text', get text() { call.progress(1); return 'fine' } }] }",
  gets: 'fine',
})
