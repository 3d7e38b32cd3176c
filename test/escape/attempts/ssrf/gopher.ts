import assert from 'node:assert/strict'
import { apiGranted, defineAttempt, fetchHandler } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'no request goes to gopher',
  handler: (place) => fetchHandler(`gopher://127.0.0.1:${place.internal}/_GET%20/`),
  grants: apiGranted,
  gets: 'NETWORK_DENIED',
  check: ({ hits, denials }) => assert.deepEqual([hits.length, denials[0]], [0, 'acme/attack:network.fetch']),
})
