import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'methods of built-ins, which the prelude uses too, cannot be replaced',
  handler: tryEach([
    "(() => { 'use strict'; Array.prototype.map = () => 'mine'; return 'set' })()",
    "(() => { 'use strict'; Array.prototype.push = () => 'mine'; return 'set' })()",
    "(() => { 'use strict'; String.prototype.slice = () => 'mine'; return 'set' })()",
    "(() => { 'use strict'; Object.entries = () => 'mine'; return 'set' })()",
    "(() => { 'use strict'; Function.prototype.call = () => 'mine'; return 'set' })()",
  ]),
  gets: BLOCKED,
})
