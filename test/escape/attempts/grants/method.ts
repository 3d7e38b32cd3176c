import assert from 'node:assert/strict'
import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a method that was not granted is refused',
  handler: (place) =>
    `const out = []; for (const method of ['DELETE', 'PUT', 'PATCH', 'OPTIONS', 'HEAD', 'delete']) { try { await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/', { method }); out.push(method) } catch (error) { out.push(error.code) } } return [...new Set(out)].join()`,
  grants: apiGranted,
  gets: 'NETWORK_DENIED',
  check: ({ hits }) => assert.equal(hits.length, 0),
})
