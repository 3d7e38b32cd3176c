import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'recursion that catches its own overflow runs into the CPU limit',
  handler: 'const f = () => { try { f() } finally { f() } }; f()',
  code: ['SANDBOX_CPU', 'PLUGIN_ERROR'],
  costs: 'sandbox',
})
