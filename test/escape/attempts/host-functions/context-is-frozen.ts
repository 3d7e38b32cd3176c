import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'no member of the context can be replaced',
  handler: tryEach([
    "(() => { 'use strict'; context.network.fetch = 1; return 'changed' })()",
    "(() => { 'use strict'; context.config.added = 1; return 'changed' })()",
    "(() => { 'use strict'; delete context.storage.get; return 'deleted' })()",
    "Object.defineProperty(context, 'x', { value: 1 })",
    'Object.setPrototypeOf(context.storage, {}) && 1',
  ]),
  gets: BLOCKED,
})
