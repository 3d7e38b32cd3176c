import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a result with very many members runs into a limit',
  handler: "return Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => ['key' + i, i]))",
  code: ['SANDBOX_PAYLOAD', 'SANDBOX_CPU'],
  costs: 'sandbox',
})
