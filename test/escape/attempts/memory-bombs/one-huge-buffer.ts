import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'one buffer of gigabytes is refused',
  handler: `try { return String(new ArrayBuffer(2 ** 33).byteLength) } catch (error) { return error.constructor.name }`,
  gets: 'RangeError',
})
