import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'writes at the same time do not slip past the quota together',
  handler: `
    const all = await Promise.allSettled(Array.from({ length: 12 }, (_, i) => context.storage.set('k' + i, 'x'.repeat(9_000))))
    return String(all.filter((one) => one.status === 'fulfilled').length <= 2)
  `,
  limits: { storageBytes: 20_000 },
  gets: 'true',
})
