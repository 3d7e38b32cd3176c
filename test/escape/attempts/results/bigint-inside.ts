import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a big integer inside a result is only an error',
  handler: "return { content: [{ type: 'text', text: 10n }] }",
  code: 'PLUGIN_ERROR',
})
