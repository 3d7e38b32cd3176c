import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an answer is given once, whatever is done with its promise',
  handler: `
    await context.storage.set('k', 1)
    const p = context.storage.get('k')
    const first = await p
    await context.storage.set('k', 2)
    return [first, await p, await p.then((x) => x)].join()
  `,
  gets: '1,1,1',
})
