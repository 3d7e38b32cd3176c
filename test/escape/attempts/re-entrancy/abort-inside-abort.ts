import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an abort listener that aborts again runs once',
  handler: `
    const c = new AbortController()
    let heard = 0
    c.signal.addEventListener('abort', () => { heard += 1; c.abort() })
    c.abort()
    return String(heard)
  `,
  gets: '1',
})
