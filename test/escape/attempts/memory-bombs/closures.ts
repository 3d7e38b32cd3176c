import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'closures that keep each other run into the memory limit',
  handler: `let f = () => 0; for (;;) { const g = f; const own = new Array(5_000).fill(g); f = () => own.length + g.length }`,
  code: ['SANDBOX_MEMORY', 'SANDBOX_CPU'],
  limits: { cpuMsPerCall: 5_000, wallMsPerCall: 15_000 },
  costs: 'cell',
})
