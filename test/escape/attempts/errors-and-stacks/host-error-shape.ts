import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an error of the host has the sandbox’s own prototype and no path',
  handler: String.raw`
    try { await context.storage.get('') } catch (error) {
      const foreign = String(error.stack).replaceAll('nexus:guest', '').replaceAll(/acme\/[a-z-]+\.js/g, '')
      return [error instanceof Error, error.constructor === Error, error.code, /\/|node:|file:/.test(foreign), error.constructor.constructor === Function].join()
    }
  `,
  gets: 'true,true,CAPABILITY_ARGUMENT,false,true',
})
