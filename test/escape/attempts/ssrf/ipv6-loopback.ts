import assert from 'node:assert/strict'
import { apiGranted, defineAttempt, fetchHandler } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'no request goes to ::1',
  handler: (place) => fetchHandler(`http://[::1]:${place.internal}/`),
  grants: apiGranted,
  gets: 'NETWORK_DENIED',
  check: ({ hits, denials }) => assert.deepEqual([hits.length, denials[0]], [0, 'acme/attack:network.fetch']),
})
