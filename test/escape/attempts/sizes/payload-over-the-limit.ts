import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an argument larger than allowed never reaches the plugin',
  payload: JSON.stringify('x'.repeat(600_000)),
  handler: "return 'reached'",
  code: 'SANDBOX_PAYLOAD',
  limit: 'payloadBytes',
})
