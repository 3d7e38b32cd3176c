import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'large arguments of capability calls do not pile up',
  handler: `
    const all = Array.from({ length: 150 }, (_, i) => context.storage.set('k' + i, 'x'.repeat(100_000)).then(() => 1, (error) => error.code))
    const codes = await Promise.all(all)
    return String(codes.filter((code) => code === 'SANDBOX_CAPABILITY_LIMIT').length >= 50)
  `,
  limits: { memoryMb: 128 },
  gets: 'true',
})
