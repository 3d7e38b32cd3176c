import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'big integers of megabytes run into a limit',
  handler: 'const a = []; let n = 1n << 20_000_000n; for (;;) a.push(n += 1n)',
  code: ['SANDBOX_MEMORY', 'PLUGIN_ERROR', 'SANDBOX_CPU'],
  costs: 'cell',
})
