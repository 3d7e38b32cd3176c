import assert from 'node:assert/strict'
import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a second request in a URL stays a URL',
  handler: (place) =>
    String.raw`const out = []; for (const tail of [' HTTP/1.1\r\nHost: x\r\n\r\nGET /${place.attacker}/smuggled', '%20HTTP/1.1%0d%0aHost:%20x', '\u0000', '?\r\n']) { try { await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/' + tail); out.push('SENT') } catch (error) { out.push(error.code) } } return out.join()`,
  grants: apiGranted,
  gets: 'NETWORK_DENIED,SENT,NETWORK_DENIED,NETWORK_DENIED',
  check: ({ hits }) => {
    assert.equal(hits.length, 1)
    assert.ok(hits[0]?.url.includes('%0d%0a'))
  },
})
