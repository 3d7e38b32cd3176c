import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'Symbol.species of arrays leads a host function nowhere',
  handler: `
    class Trap extends Array { static get [Symbol.species]() { throw new Error('species') } }
    const list = Trap.from(['a', 'b'])
    console.log(...list)
    context.log.info('x', { list })
    return 'done'
  `,
  gets: 'done',
})
