import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a segmenter over a long text costs the cell at most',
  handler: String.raw`let n = 0; for (const _ of new Intl.Segmenter('th', { granularity: 'word' }).segment('\u0e01\u0e32\u0e23'.repeat(3_000_000))) n += 1; return String(n)`,
  code: ['SANDBOX_CPU', 'SANDBOX_MEMORY', 'PLUGIN_ERROR'],
  costs: 'cell',
})
