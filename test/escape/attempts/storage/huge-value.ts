import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a value has a largest size',
  handler: `try { await context.storage.set('k', 'x'.repeat(300_000)); return 'SET' } catch (error) { return error.code }`,
  gets: 'CAPABILITY_ARGUMENT',
})
