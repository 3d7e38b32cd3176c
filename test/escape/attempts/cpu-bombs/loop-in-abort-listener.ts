import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a loop in an abort listener costs the sandbox after the call timed out',
  handler: "call.signal.addEventListener('abort', () => { for (;;); }); await new Promise(() => {})",
  limits: { wallMsPerCall: 400 },
  code: 'SANDBOX_TIMEOUT',
  limit: 'wallMsPerCall',
  costs: 'sandbox',
})
