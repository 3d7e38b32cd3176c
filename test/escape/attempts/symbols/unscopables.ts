import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'Symbol.unscopables cannot be added to built-in prototypes',
  handler: tryEach([
    "(() => { 'use strict'; Object.prototype[Symbol.unscopables] = {}; return 1 })()",
    "(() => { 'use strict'; Function.prototype[Symbol.unscopables] = {}; return 1 })()",
  ]),
  gets: BLOCKED,
})
