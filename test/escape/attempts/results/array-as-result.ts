import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a list is no result',
  handler: 'return [{ content: [] }]',
  code: 'PLUGIN_ERROR',
})
