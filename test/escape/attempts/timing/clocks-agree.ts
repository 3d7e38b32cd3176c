import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'every clock is rounded down to the resolution of the profile',
  handler: `
    await context.clock.sleep(7)
    const f = new Intl.DateTimeFormat('en', { fractionalSecondDigits: 3 })
    return [context.clock.now(), Date.now(), new Date().getTime(), Number(f.format())].map((ms) => ms % 100).join()
  `,
  limits: { clockResolutionMs: 100 },
  gets: '0,0,0,0',
})
