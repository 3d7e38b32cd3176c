import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an endless stack trace limit shows no frame of the cell',
  handler: String.raw`
    try { Error.stackTraceLimit = Infinity } catch {}
    const dive = (n) => n === 0 ? new Error('x').stack : dive(n - 1)
    return String(/cell|main\.mjs|isolated|node:internal/.test(dive(50)))
  `,
  gets: 'false',
})
