import assert from 'node:assert/strict'
import { defineAttempt, fetchHandler, networkGrant } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a granted name that leads inside is refused unless the admin said so',
  handler: (place) => fetchHandler(`http://api.example.com:${place.granted}/${place.attacker}/`),
  grants: (place) => ({ network: [networkGrant(place, 'api.example.com', { allowPrivateAddresses: false })] }),
  gets: 'NETWORK_DENIED',
  check: ({ hits, denials }) => assert.deepEqual([hits.length, denials[0]], [0, 'acme/attack:network.fetch']),
})
