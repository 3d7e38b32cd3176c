import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a text that needs itself is empty, as the language says',
  handler: 'const a = []; a.push({ toString: () => String(a) }); return String(a)',
  gets: '',
})
