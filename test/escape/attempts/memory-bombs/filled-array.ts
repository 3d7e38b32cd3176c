import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'one huge filled array runs into a limit',
  handler: "new Array(1e9).fill({}); return 'x'",
  code: ['SANDBOX_MEMORY', 'SANDBOX_CPU', 'PLUGIN_ERROR'],
  costs: 'cell',
})
