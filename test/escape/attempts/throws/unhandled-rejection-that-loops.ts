import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an unhandled rejection with a looping getter ends the sandbox at most, not the host',
  handler: `
    const e = new Error()
    Object.defineProperty(e, 'message', { get() { for (;;); } })
    Object.defineProperty(e, 'stack', { get() { for (;;); } })
    Promise.reject(e)
    await context.clock.sleep(700)
    return 'done'
  `,
  limits: { wallMsPerCall: 1_000 },
  code: ['SANDBOX_CPU', 'SANDBOX_TIMEOUT', 'SANDBOX_CRASHED'],
  costs: 'cell',
})
