import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'Symbol.toPrimitive does not turn a key into another one',
  handler: tryEach([
    "context.storage.get({ [Symbol.toPrimitive]: () => 'treasure' })",
    "context.storage.get(Object('treasure'))",
    "context.storage.get(['treasure'])",
  ]),
  gets: BLOCKED,
})
