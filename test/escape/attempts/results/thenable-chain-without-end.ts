import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a thenable that resolves to itself for ever runs into a limit',
  handler: 'const t = { then(resolve) { resolve(t) } }; return t',
  code: 'SANDBOX_CPU',
  costs: 'sandbox',
})
