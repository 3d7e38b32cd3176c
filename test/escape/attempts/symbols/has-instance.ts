import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'Symbol.hasInstance of built-ins cannot be replaced',
  handler: tryEach([
    'Object.defineProperty(Error, Symbol.hasInstance, { value: () => true })',
    'Object.defineProperty(Map, Symbol.hasInstance, { value: () => true })',
    'Object.defineProperty(ArrayBuffer, Symbol.hasInstance, { value: () => true })',
  ]),
  gets: BLOCKED,
})
