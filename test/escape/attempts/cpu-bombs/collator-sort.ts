import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a sort by language rules runs into the CPU limit',
  handler: String.raw`const a = Array.from({ length: 200_000 }, (_, i) => '\u00e4'.repeat(50) + (i * 7919) % 200_000); a.sort(new Intl.Collator('de').compare); return 'x'`,
  code: ['SANDBOX_CPU', 'SANDBOX_MEMORY'],
  costs: 'cell',
})
