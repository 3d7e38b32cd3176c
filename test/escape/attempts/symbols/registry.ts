import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the symbol registry is not shared with a neighbour',
  handler: `
    Symbol.for('nexus.escape').description
    return [Symbol.keyFor(Symbol.for('nexus.escape')), Reflect.ownKeys(globalThis).filter((key) => typeof key === 'symbol' && Symbol.keyFor(key) !== undefined).length].join()
  `,
  gets: 'nexus.escape,0',
})
