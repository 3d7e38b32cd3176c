import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a division of big integers costs the cell at most',
  handler: 'const a = (1n << 30_000_000n) - 1n; return String((a * a) / (a - 12345n) > 0n)',
  code: ['SANDBOX_CPU', 'PLUGIN_ERROR', 'SANDBOX_MEMORY'],
  costs: 'cell',
})
