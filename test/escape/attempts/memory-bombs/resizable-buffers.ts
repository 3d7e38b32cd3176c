import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'resizable buffers, which nobody counts, are not there',
  handler: `
    const b = new ArrayBuffer(8, { maxByteLength: 2 ** 32 })
    return [b.byteLength, typeof b.resize, typeof b.transfer, typeof b.maxByteLength, b.constructor === ArrayBuffer, new Uint8Array(4).buffer.constructor === ArrayBuffer, typeof b.slice(0, 4).resize].join()
  `,
  gets: '8,undefined,undefined,undefined,true,true,undefined',
})
