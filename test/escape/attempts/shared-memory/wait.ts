import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'nothing can put a thread to sleep',
  handler: tryEach([
    'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
    'Atomics.waitAsync(new Int32Array(4), 0, 0)',
    'new Int32Array(4).constructor.from({ length: 1 }).buffer.grow(8)',
  ]),
  gets: BLOCKED,
})
