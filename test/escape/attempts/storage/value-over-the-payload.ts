import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an argument larger than a payload never leaves the sandbox',
  handler: `try { await context.storage.set('k', 'x'.repeat(600_000)); return 'stored' } catch (error) { return error.code }`,
  gets: 'SANDBOX_PAYLOAD',
})
