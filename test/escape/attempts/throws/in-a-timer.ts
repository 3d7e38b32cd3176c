import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a throw in a timer does not end the sandbox',
  handler: `setTimeout(() => { throw new Proxy({}, { get() { throw 1 } }) }, 1); await context.clock.sleep(50); return 'alive'`,
  gets: 'alive',
})
