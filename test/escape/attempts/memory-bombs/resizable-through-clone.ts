import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a clone of a buffer grows as little',
  handler: `
    const clone = structuredClone(new ArrayBuffer(8, { maxByteLength: 1024 }))
    return [typeof clone.resize, clone.maxByteLength].join()
  `,
  gets: 'undefined,',
})
