import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'Array.prototype cannot grow',
  handler: tryEach([
    "(() => { 'use strict'; Array.prototype.then = 1; return 1 })()",
    "(() => { 'use strict'; Array.prototype[0] = 1; return 1 })()",
    "(() => { 'use strict'; [].constructor.prototype.toJSON = 1; return 1 })()",
  ]),
  gets: BLOCKED,
})
