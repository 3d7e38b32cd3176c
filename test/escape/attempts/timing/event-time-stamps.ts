import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the time of an event is as coarse as the clock',
  handler: `
    if (typeof Event !== 'function') return '0'
    await context.clock.sleep(7)
    return String(new Event('x').timeStamp % 100)
  `,
  limits: { clockResolutionMs: 100 },
  gets: '0',
})
