import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'throwing null is only an error',
  handler: 'throw null',
  code: 'PLUGIN_ERROR',
})
