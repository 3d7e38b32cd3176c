import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'JSON of a list of long strings runs into a limit',
  handler: `const s = 'x'.repeat(1 << 22); return JSON.stringify(Array.from({ length: 1000 }, () => s)).slice(0, 1)`,
  code: ['PLUGIN_ERROR', 'SANDBOX_MEMORY', 'SANDBOX_CPU'],
  costs: 'cell',
})
