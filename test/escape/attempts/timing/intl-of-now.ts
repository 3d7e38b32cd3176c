import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'formatters of language rules read the coarse clock',
  handler: `
    const f = new Intl.DateTimeFormat('en', { fractionalSecondDigits: 3 })
    const last = (parts) => Number(parts.find((part) => part.type === 'fractionalSecond').value) % 100
    return [last(f.formatToParts()), last(f.formatToParts(undefined)), Number(f.format(undefined)) % 100].join()
  `,
  limits: { clockResolutionMs: 100 },
  gets: '0,0,0',
})
