import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a loop in finally blocks that resume each other runs into the CPU limit',
  handler: 'const f = () => { try { for (;;); } finally { f() } }; f()',
  code: 'SANDBOX_CPU',
  costs: 'sandbox',
})
