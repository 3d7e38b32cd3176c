import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a long text read as a big integer costs the cell at most',
  handler: "return String(BigInt('7'.repeat(5_000_000)) > 0n)",
  code: ['SANDBOX_CPU', 'PLUGIN_ERROR'],
  costs: 'cell',
})
