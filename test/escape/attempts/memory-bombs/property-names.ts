import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an object with property names without end runs into a limit',
  handler: "const o = {}; for (let i = 0; ; i++) o['key' + i] = i",
  code: ['SANDBOX_MEMORY', 'SANDBOX_CPU', 'PLUGIN_ERROR'],
  limits: { cpuMsPerCall: 5_000, wallMsPerCall: 15_000 },
  costs: 'cell',
})
