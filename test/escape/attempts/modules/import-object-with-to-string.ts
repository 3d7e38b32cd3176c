import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a specifier that is an object is asked for its text only',
  handler: tryEach([
    "import({ toString() { return 'node:fs' } })",
    "import({ [Symbol.toPrimitive]() { return 'node:child_process' } })",
  ]),
  gets: BLOCKED,
})
