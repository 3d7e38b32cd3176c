import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a subclass of AbortSignal does not become one',
  handler: tryEach(['new (class extends AbortSignal {})()', 'AbortSignal.prototype.aborted']),
  gets: BLOCKED,
})
