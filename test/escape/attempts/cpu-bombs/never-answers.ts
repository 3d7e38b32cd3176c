import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a call that never answers runs into the time limit',
  handler: 'await new Promise(() => {})',
  limits: { wallMsPerCall: 400 },
  code: 'SANDBOX_TIMEOUT',
  limit: 'wallMsPerCall',
})
