import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'clocks of newer standards are as coarse as the others, or absent',
  handler: `
    await context.clock.sleep(7)
    const times = []
    if (typeof performance === 'object') times.push(performance.now(), performance.timeOrigin ?? 0)
    if (typeof Temporal === 'object' && Temporal.Now) times.push(Temporal.Now.instant().epochMilliseconds, Number(Temporal.Now.instant().epochNanoseconds % 100_000_000n), Temporal.Now.zonedDateTimeISO().millisecond, Temporal.Now.plainTimeISO().millisecond, Temporal.Now.plainTimeISO().microsecond)
    return String(times.every((ms) => ms % 100 === 0)) + typeof globalThis.process?.hrtime
  `,
  limits: { clockResolutionMs: 100 },
  gets: 'trueundefined',
})
