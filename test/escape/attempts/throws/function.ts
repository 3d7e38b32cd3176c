import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'throwing a function is only an error',
  handler: 'throw () => { for (;;); }',
  code: 'PLUGIN_ERROR',
})
