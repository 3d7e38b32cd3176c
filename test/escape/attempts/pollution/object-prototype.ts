import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'Object.prototype cannot grow',
  handler: tryEach([
    "(() => { 'use strict'; Object.prototype.isAdmin = true; return ({}).isAdmin })()",
    "Object.defineProperty(Object.prototype, 'get', { value: 1 })",
    "(() => { 'use strict'; ({}).constructor.prototype.x = 1; return 1 })()",
    'Object.setPrototypeOf(Object.prototype, { x: 1 }) && 1',
  ]),
  gets: BLOCKED,
})
