import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a loop does not keep the host from stopping the sandbox',
  handler: 'for (;;);',
  limits: { cpuMsPerCall: 60_000, cpuMsPerMinute: 60_000, wallMsPerCall: 60_000 },
  stopAfterMs: 60,
  code: 'SANDBOX_CLOSED',
  costs: 'cell',
})
