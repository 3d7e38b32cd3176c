import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the table of waiting answers cannot be read',
  handler: tryEach([
    "(() => { 'use strict'; Map.prototype.set = () => 1; return 1 })()",
    "(() => { 'use strict'; Map.prototype.get = () => 1; return 1 })()",
    "Object.defineProperty(Map.prototype, 'get', { value: 1 })",
  ]),
  gets: BLOCKED,
})
