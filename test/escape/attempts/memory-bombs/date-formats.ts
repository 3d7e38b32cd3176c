import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'very many formatters, whose memory is outside of the heap, run into a limit',
  handler: `const a = []; for (;;) a.push(new Intl.DateTimeFormat('de', { timeZone: 'Europe/Berlin', dateStyle: 'full', timeStyle: 'full' }))`,
  code: ['SANDBOX_MEMORY', 'SANDBOX_CPU', 'PLUGIN_ERROR', 'SANDBOX_CRASHED'],
  limits: { cpuMsPerCall: 1_000, wallMsPerCall: 15_000 },
  costs: 'cell',
})
