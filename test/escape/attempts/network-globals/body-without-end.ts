import assert from 'node:assert/strict'
import { apiGranted, BLOCKED, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a body without end runs into a limit',
  handler: (place) =>
    `try { await fetch('http://api.example.com:${place.granted}/${place.attacker}/', { method: 'POST', body: 'x'.repeat(5_000_000) }); return 'SENT' } catch (error) { return 'blocked' }`,
  grants: apiGranted,
  gets: BLOCKED,
  check: ({ hits }) => assert.equal(hits.length, 0),
})
