import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a class that extends Function compiles nothing',
  handler: tryEach([
    "new (class extends Function {})('return 1')()",
    "new (class extends (() => 0).constructor {})('return 1')()",
    "Reflect.construct(Object, ['return 1'], Function)('x')",
  ]),
  gets: BLOCKED,
})
