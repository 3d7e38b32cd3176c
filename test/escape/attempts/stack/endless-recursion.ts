import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'endless recursion is only an error',
  handler: 'const f = () => f() + 1; return String(f())',
  code: 'PLUGIN_ERROR',
})
