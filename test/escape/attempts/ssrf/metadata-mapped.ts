import assert from 'node:assert/strict'
import { apiGranted, defineAttempt, fetchHandler } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'no request goes to the metadata service mapped into IPv6',
  handler: fetchHandler('http://[::ffff:a9fe:a9fe]/latest/meta-data/'),
  grants: apiGranted,
  gets: 'NETWORK_DENIED',
  check: ({ hits, denials }) => assert.deepEqual([hits.length, denials[0]], [0, 'acme/attack:network.fetch']),
})
