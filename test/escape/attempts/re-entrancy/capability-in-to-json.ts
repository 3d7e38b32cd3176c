import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a capability called while an argument is written keeps its own answer',
  handler: `
    const inner = []
    const value = { toJSON() { inner.push(context.storage.set('inner', 'i')); return 'outer' } }
    await context.storage.set('outer', value)
    await Promise.all(inner)
    return [await context.storage.get('outer'), await context.storage.get('inner')].join()
  `,
  gets: 'outer,i',
})
