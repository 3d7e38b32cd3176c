import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'iterators of built-ins cannot be replaced',
  handler: tryEach([
    `(() => { 'use strict'; Array.prototype[Symbol.iterator] = function* () { yield 'mine' }; return 'set' })()`,
    "(() => { 'use strict'; Map.prototype[Symbol.iterator] = () => 1; return 'set' })()",
    `(() => { 'use strict'; Object.getPrototypeOf([][Symbol.iterator]()).next = () => 1; return 'set' })()`,
    "(() => { 'use strict'; String.prototype[Symbol.iterator] = () => 1; return 'set' })()",
  ]),
  gets: BLOCKED,
})
