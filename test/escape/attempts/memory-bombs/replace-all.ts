import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a string that doubles by replacement runs into a limit',
  handler: `let s = 'a'.repeat(1 << 24); for (let i = 0; i < 40; i++) s = s.replaceAll('a', 'aa'); return String(s.length)`,
  code: ['SANDBOX_MEMORY', 'PLUGIN_ERROR', 'SANDBOX_CPU'],
  costs: 'cell',
})
