import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'symbols in the registry run into the memory limit',
  handler: "for (let i = 0; ; i++) Symbol.for('k' + i)",
  code: ['SANDBOX_MEMORY', 'SANDBOX_CPU', 'SANDBOX_CRASHED'],
  limits: { cpuMsPerCall: 5_000, wallMsPerCall: 15_000 },
  costs: 'cell',
})
