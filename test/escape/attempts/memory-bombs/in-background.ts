import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'memory taken after the answer costs the sandbox',
  handler: `
    setTimeout(() => { const a = []; for (;;) a.push('x'.repeat(1000) + a.length) }, 1)
    await context.clock.sleep(2_000)
    return 'x'
  `,
  code: ['SANDBOX_MEMORY', 'SANDBOX_CPU'],
  limits: { cpuMsPerCall: 5_000, wallMsPerCall: 15_000 },
  costs: 'cell',
})
