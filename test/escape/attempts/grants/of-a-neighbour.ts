import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'what a neighbour in the same cell was granted is not granted here',
  handler: (place) =>
    `try { return (await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/')).body } catch (error) { return error.code }`,
  gets: 'NETWORK_DENIED',
  check: ({ hits }) => assert.equal(hits.length, 0),
})
