import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'no typed array leads to shared memory',
  handler: `
    const b = new Uint8Array(8).buffer
    return [b.constructor.name, Object.prototype.toString.call(b), b.constructor === ArrayBuffer, 'growable' in b].join()
  `,
  gets: 'ArrayBuffer,[object ArrayBuffer],true,false',
})
