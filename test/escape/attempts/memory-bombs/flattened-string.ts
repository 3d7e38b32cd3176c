import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a long string made flat runs into a limit',
  handler: `let s = 'ab'; while (s.length < 2 ** 28) s += s; return String(s.indexOf('ba', 2 ** 27) + s.split('').length)`,
  code: ['SANDBOX_MEMORY', 'PLUGIN_ERROR', 'SANDBOX_CPU'],
  costs: 'cell',
})
