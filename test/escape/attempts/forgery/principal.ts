import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a plugin cannot change who is calling',
  handler: tryEach([
    "(() => { 'use strict'; call.principal.id = 'admin'; return call.principal.id })()",
    "(() => { 'use strict'; call.principal = { id: 'admin' }; return call.principal.id })()",
    "Object.defineProperty(call, 'requestId', { value: 'x' }).requestId",
  ]),
  gets: BLOCKED,
})
