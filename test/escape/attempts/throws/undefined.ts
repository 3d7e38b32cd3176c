import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'throwing undefined is only an error',
  handler: 'throw undefined',
  code: 'PLUGIN_ERROR',
})
