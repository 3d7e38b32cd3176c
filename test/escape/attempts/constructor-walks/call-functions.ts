import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'functions of the call information lead to no compiler',
  handler: tryEach([
    "call.progress.constructor('return process')()",
    "call.signal.addEventListener.constructor('return 1')()",
    "call.signal.constructor.constructor('return 1')()",
    "call.constructor.constructor('return 1')()",
  ]),
  gets: BLOCKED,
})
