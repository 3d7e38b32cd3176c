import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an error whose name loops runs into no limit, because nobody asks for it',
  handler: `const e = new Error('x'); Object.defineProperty(e, 'name', { get() { for (;;); } }); throw e`,
  code: ['PLUGIN_ERROR', 'SANDBOX_CPU'],
  costs: 'sandbox',
})
