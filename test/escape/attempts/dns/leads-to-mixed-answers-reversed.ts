import assert from 'node:assert/strict'
import { defineAttempt, fetchHandler, networkGrant } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a granted name that leads to a bad and a good address is refused, whatever the admin allowed',
  handler: (place) => fetchHandler(`http://mixed-reversed.example.com:${place.granted}/${place.attacker}/`),
  grants: (place) => ({ network: [networkGrant(place, 'mixed-reversed.example.com')] }),
  gets: 'NETWORK_DENIED',
  check: ({ hits, denials }) => assert.deepEqual([hits.length, denials[0]], [0, 'acme/attack:network.fetch']),
})
