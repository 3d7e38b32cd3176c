import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a clone of a host object is no host object',
  handler: `
    let plain
    try { plain = structuredClone(call.signal) } catch { return 'blocked' }
    return String(plain instanceof AbortSignal)
  `,
  gets: 'false',
})
