import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a polluting result and polluting log fields change nothing in the host',
  handler: `
    context.log.info('x', JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'))
    return JSON.parse('{"content":[{"type":"text","text":"ok"}],"__proto__":{"polluted":true}}')
  `,
  gets: 'ok',
  check: () => assert.equal(Reflect.get({}, 'polluted'), undefined),
})
