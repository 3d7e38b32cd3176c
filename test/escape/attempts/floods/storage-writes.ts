import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a flood of writes ends at the quota',
  handler: `try { for (let i = 0; i < 50; i++) await context.storage.set('k' + i, 'x'.repeat(200_000)); return 'all' } catch (error) { return error.code }`,
  gets: 'STORAGE_QUOTA',
})
