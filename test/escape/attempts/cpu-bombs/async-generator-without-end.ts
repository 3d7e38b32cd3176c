import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an asynchronous iterator without end runs into the CPU limit',
  handler: 'for await (const _ of (async function* () { for (;;) yield 1 })());',
  code: 'SANDBOX_CPU',
  costs: 'sandbox',
})
