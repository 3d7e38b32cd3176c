import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the constructor of an object literal leads to no compiler',
  handler: tryEach([
    "({}).constructor.constructor('return 1')()",
    "[].constructor.constructor('return 1')()",
    "''.constructor.constructor('return 1')()",
    "(0).constructor.constructor('return 1')()",
    "/x/.constructor.constructor('return 1')()",
    "true.constructor.constructor('return 1')()",
    "1n.constructor.constructor('return 1')()",
    "Symbol().constructor.constructor('return 1')()",
  ]),
  gets: BLOCKED,
})
