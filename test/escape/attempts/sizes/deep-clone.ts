import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a deep clone ends in an error of the plugin',
  handler: `let o = {}; for (let i = 0; i < 100_000; i++) o = { o }; structuredClone(o); return 'cloned'`,
  code: ['PLUGIN_ERROR', 'SANDBOX_CPU'],
  costs: 'sandbox',
})
