import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a `__proto__` key in arguments pollutes nothing',
  payload: '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  handler: `
    Object.assign({}, args)
    const o = {}
    for (const k in args) o[k] = args[k]
    return [({}).polluted, Object.prototype.polluted].join()
  `,
  gets: ',',
})
