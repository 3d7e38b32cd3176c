import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a result larger than allowed is refused',
  handler: "return 'x'.repeat(2 * 1024 * 1024)",
  code: 'SANDBOX_PAYLOAD',
  limit: 'payloadBytes',
})
