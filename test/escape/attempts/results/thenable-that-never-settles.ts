import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a thenable that never settles runs into the time limit',
  handler: 'return { then() {} }',
  limits: { wallMsPerCall: 400 },
  code: 'SANDBOX_TIMEOUT',
  limit: 'wallMsPerCall',
})
