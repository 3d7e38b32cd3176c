import assert from 'node:assert/strict'
import { defineAttempt, fetchHandler, networkGrant } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a granted address that is metadata stays closed',
  handler: (place) => fetchHandler(`http://169.254.169.254:${place.granted}/`),
  grants: (place) => ({ network: [networkGrant(place, '169.254.169.254')] }),
  gets: 'NETWORK_DENIED',
  check: ({ hits, denials }) => assert.deepEqual([hits.length, denials[0]], [0, 'acme/attack:network.fetch']),
})
