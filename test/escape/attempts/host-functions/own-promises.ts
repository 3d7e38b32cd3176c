import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'promises of capabilities are the sandbox’s own',
  handler: `
    const p = context.storage.get('k')
    return [p.constructor === Promise, p instanceof Promise, Object.getPrototypeOf(p) === Promise.prototype].join()
  `,
  gets: 'true,true,true',
})
