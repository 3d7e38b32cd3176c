import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the constructor of an arrow function does not compile strings',
  handler: tryEach([
    "(() => 0).constructor('return process')()",
    "(() => 0).constructor.constructor('return process')()",
  ]),
  gets: BLOCKED,
})
