import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the promise of an answer cannot be replaced',
  handler: tryEach([
    `(() => { 'use strict'; Promise.prototype.then = function () { return this }; return 1 })()`,
    "(() => { 'use strict'; Promise.resolve = () => 1; return 1 })()",
    "(() => { 'use strict'; Reflect.apply = () => 1; return 1 })()",
  ]),
  gets: BLOCKED,
})
