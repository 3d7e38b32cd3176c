import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a set that grows runs into the memory limit',
  handler: "const s = new Set(); for (let i = 0; ; i++) s.add('k' + i)",
  code: ['SANDBOX_MEMORY', 'PLUGIN_ERROR', 'SANDBOX_CPU'],
  limits: { cpuMsPerCall: 5_000, wallMsPerCall: 15_000 },
  costs: 'cell',
})
