import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'shared memory and atomics are not there',
  handler: `return ['SharedArrayBuffer', 'Atomics'].filter((name) => globalThis[name] !== undefined).join()`,
  gets: '',
})
