import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the `__proto__` accessor is gone',
  handler: `const o = {}; o['__proto__'] = { polluted: true }; return [typeof o.polluted, '__proto__' in {}, typeof Object.prototype.__lookupGetter__?.call({}, '__proto__')].join()`,
  gets: 'undefined,false,undefined',
})
