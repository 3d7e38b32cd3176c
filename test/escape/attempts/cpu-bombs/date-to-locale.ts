import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'very many dates in words run into the CPU limit',
  handler: "for (;;) new Date(0).toLocaleString('ar-u-ca-islamic')",
  code: ['SANDBOX_CPU', 'SANDBOX_MEMORY'],
  costs: 'cell',
})
