import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'throwing a proxy that loops when it is looked at runs into the CPU limit',
  handler: `throw new Proxy({}, { get() { for (;;); }, getPrototypeOf() { for (;;); }, has() { for (;;); } })`,
  code: 'SANDBOX_CPU',
  costs: 'sandbox',
})
