import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a flood of timers is refused',
  handler: `try { for (let i = 0; i < 1000; i++) setTimeout(() => {}, 60000); return 'unlimited' } catch (error) { return error.constructor.name }`,
  gets: 'RangeError',
})
