import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a string that doubles ends at the longest string',
  handler: "let s = 'a'; for (;;) s += s",
  code: 'PLUGIN_ERROR',
})
