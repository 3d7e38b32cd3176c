import assert from 'node:assert/strict'
import { apiGranted, defineAttempt, fetchHandler } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'no request goes to the wire server of Azure',
  handler: fetchHandler('http://168.63.129.16/'),
  grants: apiGranted,
  gets: 'NETWORK_DENIED',
  check: ({ hits, denials }) => assert.deepEqual([hits.length, denials[0]], [0, 'acme/attack:network.fetch']),
})
