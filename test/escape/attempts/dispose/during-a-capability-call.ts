import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an answer that arrives after the end goes nowhere',
  handler: "for (;;) await context.storage.get('k').catch(() => context.clock.sleep(1))",
  limits: { capabilityCallsPerCall: 100_000 },
  stopAfterMs: 60,
  code: 'SANDBOX_CLOSED',
})
