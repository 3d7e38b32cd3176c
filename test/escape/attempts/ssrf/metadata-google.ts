import assert from 'node:assert/strict'
import { apiGranted, defineAttempt, fetchHandler } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'no request goes to the metadata service of Google by name',
  handler: fetchHandler('http://metadata.google.internal/computeMetadata/v1/'),
  grants: apiGranted,
  gets: 'NETWORK_DENIED',
  check: ({ hits, denials }) => assert.deepEqual([hits.length, denials[0]], [0, 'acme/attack:network.fetch']),
})
