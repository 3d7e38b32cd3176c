import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a timer tells no time finer than milliseconds',
  handler: `
    const started = Date.now()
    await new Promise((resolve) => setTimeout(resolve, 0.001))
    return String(Number.isInteger(Date.now() - started))
  `,
  gets: 'true',
})
