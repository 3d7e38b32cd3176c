import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a message of megabytes is cut',
  handler: "throw new Error('x'.repeat(300_000))",
  code: 'PLUGIN_ERROR',
})
