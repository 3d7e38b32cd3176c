import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a stack of megabytes is cut',
  handler: "const e = new Error('x'); e.stack = 'y'.repeat(5_000_000); throw e",
  code: 'PLUGIN_ERROR',
})
