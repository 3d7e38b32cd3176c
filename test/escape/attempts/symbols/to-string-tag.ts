import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'Symbol.toStringTag makes no object a host object',
  handler: `
    const fake = { [Symbol.toStringTag]: 'AbortSignal', aborted: true, reason: 'x', addEventListener() {} }
    try { await context.clock.sleep(5, fake); return 'slept' } catch (error) { return error.code }
  `,
  gets: 'CALL_CANCELLED',
})
