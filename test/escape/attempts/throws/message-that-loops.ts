import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an error whose message loops runs into the CPU limit',
  handler: `
    await context.storage.get('k')
    const e = new Error()
    Object.defineProperty(e, 'message', { get() { for (;;); } })
    throw e
  `,
  code: 'SANDBOX_CPU',
  limit: 'cpuMsPerCall',
  costs: 'sandbox',
})
