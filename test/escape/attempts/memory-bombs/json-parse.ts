import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'JSON text of very many members runs into the memory limit',
  handler: `const text = '[' + '{"a":1},'.repeat(3e6) + '1]'; return String(JSON.parse(text).length)`,
  code: ['SANDBOX_MEMORY', 'PLUGIN_ERROR', 'SANDBOX_CPU'],
  limits: { cpuMsPerCall: 5_000, wallMsPerCall: 15_000 },
  costs: 'cell',
})
