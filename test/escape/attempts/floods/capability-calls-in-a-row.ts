import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a flood of capability calls one after another is refused',
  handler: `try { for (let i = 0; i < 1000; i++) await context.storage.get('k'); return 'unlimited' } catch (error) { return error.code }`,
  gets: 'SANDBOX_CAPABILITY_LIMIT',
})
