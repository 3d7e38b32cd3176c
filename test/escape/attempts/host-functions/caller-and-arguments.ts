import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'caller and arguments of host functions are closed',
  handler: tryEach([
    'context.storage.get.caller.name',
    'context.log.info.arguments.length',
    "(function f() { 'use strict'; return f.caller.name })()",
    'context.storage.get.arguments.callee',
  ]),
  gets: BLOCKED,
})
