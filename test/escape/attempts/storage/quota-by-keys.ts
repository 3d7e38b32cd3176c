import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'keys count towards the quota like values',
  handler: `try { for (let i = 0; i < 90; i++) await context.storage.set(i + 'k'.repeat(500), 1); return 'all' } catch (error) { return error.code }`,
  limits: { storageBytes: 20_000 },
  gets: 'STORAGE_QUOTA',
})
