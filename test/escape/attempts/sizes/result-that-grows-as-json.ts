import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a result that grows when it is written is refused',
  handler: String.raw`return '\u0001'.repeat(120_000)`,
  code: 'SANDBOX_PAYLOAD',
})
