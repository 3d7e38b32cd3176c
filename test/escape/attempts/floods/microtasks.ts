import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a flood of microtasks runs into the CPU limit',
  handler: 'const f = () => Promise.resolve().then(f); await f()',
  code: 'SANDBOX_CPU',
  limit: 'cpuMsPerCall',
  costs: 'sandbox',
})
