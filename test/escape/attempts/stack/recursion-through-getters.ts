import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'recursion through getters is only an error',
  handler: 'const o = { get x() { return this.x } }; return o.x',
  code: 'PLUGIN_ERROR',
})
