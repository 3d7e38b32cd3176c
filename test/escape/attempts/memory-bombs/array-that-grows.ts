import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an array that grows runs into the memory limit',
  handler: "const a = []; for (;;) a.push('x'.repeat(1000) + a.length)",
  code: 'SANDBOX_MEMORY',
  limit: 'memoryMb',
  limits: { cpuMsPerCall: 30_000, cpuMsPerMinute: 60_000, wallMsPerCall: 30_000 },
  costs: 'cell',
})
