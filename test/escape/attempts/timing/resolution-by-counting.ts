import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'counting between two ticks of the clock measures no better than the clock',
  handler: `
    const edge = () => { const start = Date.now(); let n = 0; while (Date.now() === start) n += 1; return Date.now() - start }
    return String([edge(), edge(), edge()].every((step) => step >= 20))
  `,
  limits: { clockResolutionMs: 20 },
  gets: 'true',
})
