import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'methods of host objects work on nothing else',
  handler: tryEach([
    `Object.getOwnPropertyDescriptor(Object.getPrototypeOf(call.signal), 'aborted').get.call({})`,
    `Object.getOwnPropertyDescriptor(Object.getPrototypeOf(call.signal), 'reason').get.call(context)`,
    "call.signal.throwIfAborted.call({ aborted: true, reason: 'x' }) ?? 'ran'",
    "Object.getOwnPropertyDescriptor(URL.prototype, 'href').get.call({})",
  ]),
  gets: BLOCKED,
})
