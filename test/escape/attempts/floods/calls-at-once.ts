import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a plugin that calls itself in parallel is held to its limit of calls at once',
  handler: 'await new Promise(() => {})',
  calls: 9,
  limits: { wallMsPerCall: 300 },
  code: ['SANDBOX_TIMEOUT', 'SANDBOX_BUSY'],
})
