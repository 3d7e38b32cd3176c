import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'very many sleeps at once are refused',
  handler: `const all = await Promise.allSettled(Array.from({ length: 500 }, () => context.clock.sleep(300))); return String(all.filter((one) => one.status === 'rejected').length > 400)`,
  gets: 'true',
})
