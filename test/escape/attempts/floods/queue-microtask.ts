import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a flood through queueMicrotask runs into a limit',
  handler: "const f = () => queueMicrotask(f); f(); await context.clock.sleep(3000); return 'x'",
  code: ['SANDBOX_CPU', 'SANDBOX_MEMORY'],
  costs: 'sandbox',
})
