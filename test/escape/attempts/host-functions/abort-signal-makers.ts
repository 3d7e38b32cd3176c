import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'nobody but the host can make or trigger the signal of a call',
  handler: tryEach([
    'new AbortSignal()',
    'Reflect.construct(AbortSignal, [])',
    'call.signal.constructor.make()',
    "call.signal.constructor.trigger(call.signal, 'x', () => 0)",
    'new call.signal.constructor()',
  ]),
  gets: BLOCKED,
})
