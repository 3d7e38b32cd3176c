import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a deep regular expression is only an error',
  handler: "return String(new RegExp('('.repeat(100_000) + 'a' + ')'.repeat(100_000)).test('a'))",
  code: 'PLUGIN_ERROR',
})
