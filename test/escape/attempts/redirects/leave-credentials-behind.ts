import { defineAttempt, networkGrant } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'credentials stay behind when a redirect leaves the origin',
  handler: (place) => `
    const to = encodeURIComponent('http://other.example.com:${place.granted}/${place.attacker}/echo')
    const r = await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/redirect?to=' + to, { headers: { authorization: 'Bearer x', 'x-api-key': 'y', 'x-custom-token': 'z', accept: 'text/plain' } })
    const seen = JSON.parse(r.body)
    return [seen.accept, seen.authorization, seen['x-api-key'], seen['x-custom-token']].join()
  `,
  grants: (place) => ({ network: [networkGrant(place, 'api.example.com'), networkGrant(place, 'other.example.com')] }),
  gets: 'text/plain,,,',
})
