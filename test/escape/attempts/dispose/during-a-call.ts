import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a call in flight ends when the host stops the sandbox',
  handler: 'await new Promise(() => {})',
  stopAfterMs: 60,
  code: 'SANDBOX_CLOSED',
})
