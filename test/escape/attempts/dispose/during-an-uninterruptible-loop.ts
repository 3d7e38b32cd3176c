import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a loop that cannot be interrupted does not keep the host from stopping the sandbox',
  handler: 'return String(Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1))',
  limits: { cpuMsPerCall: 60_000, cpuMsPerMinute: 60_000, wallMsPerCall: 60_000 },
  stopAfterMs: 60,
  code: 'SANDBOX_CLOSED',
  costs: 'cell',
})
