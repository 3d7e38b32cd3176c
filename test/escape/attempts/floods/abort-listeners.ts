import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'very many abort listeners run into a limit of the sandbox',
  handler: "for (let i = 0; ; i++) call.signal.addEventListener('abort', () => i)",
  code: 'SANDBOX_CPU',
  costs: 'sandbox',
})
