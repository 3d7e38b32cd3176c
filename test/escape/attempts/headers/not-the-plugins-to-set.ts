import assert from 'node:assert/strict'
import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'headers that speak for the connection or somebody else are dropped',
  handler: (place) => `
    const names = ['Host', 'Cookie', 'X-Forwarded-For', 'X-Forwarded-Host', 'Forwarded', 'Transfer-Encoding', 'Content-Length', 'Connection', 'Proxy-Authorization', 'Sec-Fetch-Site', 'Origin', 'TE', 'Upgrade', 'X-HTTP-Method-Override', 'Via', 'Expect', 'Trailer', 'Keep-Alive', 'X-Real-IP', 'X-Original-URL', 'X-Rewrite-URL', 'Accept-Encoding']
    await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/', { headers: Object.fromEntries(names.map((name) => [name, 'evil'])) })
    return 'sent'
  `,
  grants: apiGranted,
  gets: 'sent',
  check: ({ hits, place }) => {
    assert.equal(hits.length, 1)
    assert.ok(!JSON.stringify(hits[0]?.headers).includes('evil'))
    assert.equal(hits[0]?.headers['host'], 'api.example.com:' + place.granted)
  },
})
