import { defineAttempt } from '../../attempt.ts'

// The collector's helper threads do most of the work: the isolate's CPU clock sees little, the cell's memory much.
export const attempt = defineAttempt({
  title: `a chain without end, which keeps the collector busy outside of the CPU clock, runs into a limit`,
  handler: `let f = () => 0; for (;;) { const g = f; const own = new Array(50).fill(g); f = () => own.length + g.length }`,
  code: ['SANDBOX_MEMORY', 'SANDBOX_CPU', 'SANDBOX_TIMEOUT'],
  limits: { cpuMsPerCall: 300, wallMsPerCall: 8_000 },
  costs: 'cell',
})
