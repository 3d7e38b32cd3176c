import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a big integer written as text costs the cell at most',
  handler: 'return ((1n << 25_000_000n) - 1n).toString(7).slice(0, 1)',
  code: ['SANDBOX_CPU', 'PLUGIN_ERROR', 'SANDBOX_MEMORY'],
  costs: 'cell',
})
