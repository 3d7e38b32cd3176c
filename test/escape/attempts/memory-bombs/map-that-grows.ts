import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a map that grows runs into the memory limit',
  handler: 'const m = new Map(); for (let i = 0; ; i++) m.set(i, { i })',
  code: ['SANDBOX_MEMORY', 'PLUGIN_ERROR', 'SANDBOX_CPU'],
  limits: { cpuMsPerCall: 5_000, wallMsPerCall: 15_000 },
  costs: 'cell',
})
