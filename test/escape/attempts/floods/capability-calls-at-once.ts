import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a flood of capability calls at once is refused',
  handler: `
    const all = await Promise.allSettled(Array.from({ length: 500 }, () => context.storage.get('k')))
    return String(all.filter((one) => one.status === 'rejected' && one.reason.code === 'SANDBOX_CAPABILITY_LIMIT').length > 400)
  `,
  gets: 'true',
})
