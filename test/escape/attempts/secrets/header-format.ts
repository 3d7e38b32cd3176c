import assert from 'node:assert/strict'
import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the format of a secret header smuggles nothing',
  handler: (place) =>
    String.raw`const out = []; for (const format of ['{}\r\nx-smuggled: 1', 'no place', '{}'.repeat(200), '{}\u0000']) { try { await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/', { secretHeaders: { 'x-key': { secret: 'token', format } } }); out.push('SENT') } catch (error) { out.push(error.code) } } return out.join()`,
  grants: (place) => ({ ...apiGranted(place), secrets: [{ field: 'token', access: 'use' }] }),
  config: { token: 'api-token' },
  check: ({ got, hits }) => {
    assert.ok(!got?.includes('SENT'))
    assert.equal(hits.length, 0)
  },
})
