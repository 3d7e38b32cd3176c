import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an error whose stack loops runs into the CPU limit',
  handler: `const e = new Error('x'); Object.defineProperty(e, 'stack', { get() { for (;;); } }); throw e`,
  code: 'SANDBOX_CPU',
  costs: 'sandbox',
})
