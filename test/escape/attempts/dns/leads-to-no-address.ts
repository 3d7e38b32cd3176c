import { defineAttempt, fetchHandler, networkGrant } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a granted name without an address is an ordinary failure',
  handler: (place) => fetchHandler(`http://empty.example.com:${place.granted}/${place.attacker}/`),
  grants: (place) => ({ network: [networkGrant(place, 'empty.example.com')] }),
  gets: 'NETWORK_FAILED',
})
