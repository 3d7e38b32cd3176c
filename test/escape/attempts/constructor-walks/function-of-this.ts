import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'this of a handler leads to no compiler',
  handler: tryEach(["this.constructor.constructor('return process')()", '(function () { return this })().constructor']),
  gets: BLOCKED,
})
