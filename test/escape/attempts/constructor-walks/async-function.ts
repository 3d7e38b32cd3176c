import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the constructor of async functions does not compile strings',
  handler: tryEach([
    "(async () => 0).constructor('return 1')()",
    "Object.getPrototypeOf(async function () {}).constructor('return 1')()",
  ]),
  gets: BLOCKED,
})
