import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the text of a capability call cannot be rewritten on its way',
  handler: tryEach([
    `(() => { 'use strict'; JSON.stringify = () => '{"key":"treasure"}'; return 1 })()`,
    "(() => { 'use strict'; JSON.parse = () => 'mine'; return 1 })()",
    "Object.defineProperty(JSON, 'stringify', { value: () => '{}' })",
  ]),
  gets: BLOCKED,
})
