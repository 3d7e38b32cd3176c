import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'no form of Date reads the fine clock',
  handler: `
    const seen = [Number(new Date()), Number(new Date(...[])), Number(Reflect.construct(Date, [])), Date.parse(Date()) % 1000 === 0 ? 0 : 1, Number(new (class extends Date {})())]
    return seen.map((ms) => ms % 100).join()
  `,
  limits: { clockResolutionMs: 100 },
  gets: '0,0,0,0,0',
})
