import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'spread of spreads runs into a limit',
  handler: 'let a = [1]; for (;;) a = [...a, ...a]',
  code: ['SANDBOX_MEMORY', 'SANDBOX_CPU', 'PLUGIN_ERROR'],
  limits: { cpuMsPerCall: 5_000, wallMsPerCall: 15_000 },
  costs: 'cell',
})
