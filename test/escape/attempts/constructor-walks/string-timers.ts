import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'timers take no code as text',
  handler: tryEach([
    "setTimeout('globalThis.stolen = 1', 0)",
    "setTimeout({ toString() { return '1' } }, 0)",
    "queueMicrotask('1')",
  ]),
  gets: BLOCKED,
})
