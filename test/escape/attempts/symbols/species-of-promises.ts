import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'Symbol.species of promises cannot be replaced',
  handler: tryEach([
    'Object.defineProperty(Promise, Symbol.species, { value: function () {} })',
    "Object.defineProperty(Promise.prototype, 'constructor', { value: 1 })",
    "(() => { 'use strict'; Promise.prototype.then = () => 'mine'; return 'set' })()",
  ]),
  gets: BLOCKED,
})
