import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a key has a longest length',
  handler: `try { await context.storage.set('k'.repeat(5000), 1); return 'SET' } catch (error) { return error.code }`,
  gets: 'CAPABILITY_ARGUMENT',
})
