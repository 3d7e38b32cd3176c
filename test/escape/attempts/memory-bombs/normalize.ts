import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'normalisation of a long string runs into a limit',
  handler: String.raw`const a = []; for (;;) a.push('\ufdfa'.repeat(1 << 22).normalize('NFKD'))`,
  code: ['SANDBOX_MEMORY', 'PLUGIN_ERROR', 'SANDBOX_CPU', 'SANDBOX_CRASHED'],
  costs: 'cell',
})
