import assert from 'node:assert/strict'
import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'one header in two spellings is sent once',
  handler: (place) =>
    `await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/', { headers: { 'X-Role': 'user', 'x-role': 'admin', 'X-ROLE': 'root' } }); return 'sent'`,
  grants: apiGranted,
  gets: 'sent',
  check: ({ hits }) => assert.ok(!String(hits[0]?.headers['x-role']).includes(',')),
})
