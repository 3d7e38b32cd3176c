import assert from 'node:assert/strict'
import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a line break in a name smuggles no second header',
  handler: (place) =>
    String.raw`const out = []; for (const name of ['x-a\r\nx-smuggled', 'x a', 'x-a:', ':path', '', 'x-\u00e4', 'x-a\u0000']) { try { await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/', { headers: { [name]: 'b' } }); out.push('SENT') } catch (error) { out.push(error.code) } } return [...new Set(out)].join()`,
  grants: apiGranted,
  gets: 'NETWORK_DENIED',
  check: ({ hits }) => assert.equal(hits.length, 0),
})
