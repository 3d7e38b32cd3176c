import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a subclass of ArrayBuffer grows as little',
  handler: `
    class Mine extends ArrayBuffer { constructor() { super(8, { maxByteLength: 2 ** 32 }) } }
    const b = new Mine()
    const c = Reflect.construct(ArrayBuffer, [8, { maxByteLength: 2 ** 32 }], Object)
    return [typeof b.resize, b.maxByteLength, c.byteLength ?? 8].join()
  `,
  gets: 'undefined,,8',
})
