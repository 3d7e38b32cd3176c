import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a power of big integers, which V8 cannot interrupt, costs the cell at most',
  handler: 'let n = 3n; for (let i = 0; i < 60; i++) n **= 9n; return String(n > 0n)',
  code: ['SANDBOX_CPU', 'PLUGIN_ERROR'],
  costs: 'cell',
})
