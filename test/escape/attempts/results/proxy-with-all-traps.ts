import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a proxy whose every trap throws is only an error',
  handler: `
    const trap = () => { throw new Error('trap') }
    return new Proxy({}, Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, trap])))
  `,
  code: 'PLUGIN_ERROR',
})
