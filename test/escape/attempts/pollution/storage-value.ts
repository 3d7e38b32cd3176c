import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a stored `__proto__` comes back as data',
  handler: `
    await context.storage.set('p', JSON.parse('{"__proto__":{"polluted":true}}'))
    const back = await context.storage.get('p')
    return [({}).polluted, Object.hasOwn(back, '__proto__'), back.polluted].join()
  `,
  gets: ',true,',
})
