import assert from 'node:assert/strict'
import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a second request in a body stays a body',
  handler: (place) =>
    String.raw`const r = await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/', { method: 'POST', body: '0\r\n\r\nGET /${place.attacker}/smuggled HTTP/1.1\r\nHost: x\r\n\r\n', headers: { 'transfer-encoding': 'chunked', 'content-length': '4' } }); return r.body`,
  grants: apiGranted,
  gets: 'granted',
  check: ({ hits }) => assert.equal(hits.filter((hit) => hit.url.endsWith('/smuggled')).length, 0),
})
