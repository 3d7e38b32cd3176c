import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a cancelled call cannot answer afterwards',
  handler: `await new Promise((resolve) => call.signal.addEventListener('abort', resolve)); return 'too late'`,
  cancelAfterMs: 50,
  code: 'CALL_CANCELLED',
})
