import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'eval and Function are refused by every road',
  handler: tryEach([
    "eval('1+1')",
    "(0, eval)('1')",
    "globalThis.eval('1')",
    "new Function('return 1')()",
    "Function('return 1')()",
    "Reflect.construct(Function, ['return 1'])",
    "Reflect.apply(Function, null, ['return 1'])",
    "Function.prototype.constructor('return 1')()",
    "class extends Function {}.constructor('return 1')()",
  ]),
  gets: BLOCKED,
})
