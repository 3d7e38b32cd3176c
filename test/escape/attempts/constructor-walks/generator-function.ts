import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the constructors of generators do not compile strings',
  handler: tryEach([
    "Object.getPrototypeOf(function* () {}).constructor('yield 1')().next().value",
    "Object.getPrototypeOf(async function* () {}).constructor('yield 1')()",
  ]),
  gets: BLOCKED,
})
