import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'promises that wait for ever run into the memory limit',
  handler: "const a = []; for (;;) a.push(new Promise(() => {}).then(() => 'x'.repeat(100)))",
  code: ['SANDBOX_MEMORY', 'SANDBOX_CPU'],
  limits: { cpuMsPerCall: 5_000, wallMsPerCall: 15_000 },
  costs: 'cell',
})
