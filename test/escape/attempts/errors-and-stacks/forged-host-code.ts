import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a plugin cannot forge a code of the host',
  handler: "throw Object.assign(new Error('x'), { code: 'SANDBOX_MEMORY', fault: 'host' })",
  code: 'PLUGIN_ERROR',
})
