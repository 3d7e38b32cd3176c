import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a throw in a microtask does not end the sandbox',
  handler: "queueMicrotask(() => { throw null }); await context.clock.sleep(20); return 'alive'",
  gets: 'alive',
})
