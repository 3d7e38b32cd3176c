import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'toJSON for every object cannot be planted',
  handler: tryEach([
    `(() => { 'use strict'; Object.prototype.toJSON = () => 'forged'; return JSON.stringify({}) })()`,
    `(() => { 'use strict'; String.prototype.toJSON = () => 'forged'; return JSON.stringify('x') })()`,
    "(() => { 'use strict'; Function.prototype.toJSON = () => 'forged'; return 1 })()",
    "(() => { 'use strict'; JSON.stringify = () => 'forged'; return 1 })()",
  ]),
  gets: BLOCKED,
})
