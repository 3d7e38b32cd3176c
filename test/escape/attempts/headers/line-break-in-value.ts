import assert from 'node:assert/strict'
import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a line break in a value smuggles no second header',
  handler: (place) =>
    String.raw`const out = []; for (const value of ['a\r\nx-smuggled: 1', 'a\nx-smuggled: 1', 'a\rx-smuggled: 1', 'a\u0000', 'a\u2028x-smuggled: 1', '\u010d\u010ax-smuggled: 1']) { try { await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/', { headers: { 'x-a': value } }); out.push('SENT') } catch (error) { out.push(error.code) } } return [...new Set(out)].join()`,
  grants: apiGranted,
  gets: 'NETWORK_DENIED',
  check: ({ hits }) => assert.equal(hits.length, 0),
})
