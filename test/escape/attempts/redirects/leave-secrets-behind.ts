import { defineAttempt, networkGrant } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a secret stays behind when a redirect leaves the origin',
  handler: (place) => `
    const to = encodeURIComponent('http://other.example.com:${place.granted}/${place.attacker}/echo')
    const r = await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/redirect?to=' + to, { secretHeaders: { 'x-key': { secret: 'token' } } })
    return String(JSON.parse(r.body)['x-key'])
  `,
  grants: (place) => ({
    network: [networkGrant(place, 'api.example.com'), networkGrant(place, 'other.example.com')],
    secrets: [{ field: 'token', access: 'use' }],
  }),
  config: { token: 'api-token' },
  gets: 'undefined',
})
