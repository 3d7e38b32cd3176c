import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a join of a sparse array ends at the longest string',
  handler: "return String(new Array(2 ** 28).join('xx').length)",
  code: ['PLUGIN_ERROR', 'SANDBOX_MEMORY', 'SANDBOX_CPU'],
  costs: 'cell',
})
