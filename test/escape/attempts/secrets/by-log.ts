import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a secret that was read is masked in the log, in each usual encoding',
  handler: `
    const s = await context.secrets.read('token')
    console.log('plain ' + s)
    console.log('base64 ' + btoa('user:' + s))
    console.log('base64 ' + btoa(s))
    console.log('url ' + encodeURIComponent(s))
    console.log([...s].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join(''))
    console.log([...s].reverse().join(''))
    context.log.warn('fields', { nested: { s } })
    return 'logged'
  `,
  grants: { secrets: [{ field: 'token', access: 'read' }] },
  config: { token: 'api-token' },
  mayHold: ['secret'],
  gets: 'logged',
  check: ({ logs }) => {
    assert.equal(logs.length, 7)
    assert.ok(!/s3cr3t|czNjcjN0|733363723374|t3rc3s/i.test(JSON.stringify(logs)))
  },
})
