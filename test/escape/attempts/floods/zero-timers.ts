import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'timers of zero milliseconds pay for what they burn',
  handler: `const f = () => { for (let i = 0; i < 2e5; i++); setTimeout(f, 0) }; f(); await context.clock.sleep(5000); return 'x'`,
  limits: { wallMsPerCall: 4_000 },
  code: ['SANDBOX_CPU', 'SANDBOX_TIMEOUT'],
  costs: 'sandbox',
})
