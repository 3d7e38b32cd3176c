import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a proxy with keys without end runs into a limit',
  handler: `return new Proxy({}, { ownKeys: () => Array.from({ length: 3e6 }, (_, i) => 'k' + i), getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }) })`,
  code: ['SANDBOX_CPU', 'SANDBOX_MEMORY'],
  costs: 'sandbox',
})
