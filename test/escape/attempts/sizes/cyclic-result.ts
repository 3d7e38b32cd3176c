import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a cyclic result is only an error',
  handler: 'const o = {}; o.o = o; return o',
  code: 'PLUGIN_ERROR',
})
