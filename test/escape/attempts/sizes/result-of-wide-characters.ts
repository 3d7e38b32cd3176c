import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a result counts in bytes, not in characters',
  handler: String.raw`return '\u20ac'.repeat(200_000)`,
  code: 'SANDBOX_PAYLOAD',
  limit: 'payloadBytes',
})
