import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an error of hundreds of megabytes does not reach the host',
  handler: "throw new Error('x'.repeat(300_000_000))",
  limits: { cpuMsPerCall: 5_000, wallMsPerCall: 15_000 },
  code: ['PLUGIN_ERROR', 'SANDBOX_MEMORY', 'SANDBOX_CPU', 'SANDBOX_CRASHED'],
  costs: 'cell',
})
