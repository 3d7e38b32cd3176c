import assert from 'node:assert/strict'
import { defineAttempt, networkGrant } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a wildcard covers names below it only',
  handler: (place) =>
    `const out = []; for (const host of ['example.com', 'evil-example.com', 'apis.example.com.evil.test', 'xexample.com']) { try { await context.network.fetch('http://' + host + ':${place.granted}/${place.attacker}/'); out.push('GOT ' + host) } catch (error) { out.push(error.code) } } return [...new Set(out)].join()`,
  grants: (place) => ({ network: [networkGrant(place, '*.example.com')] }),
  gets: 'NETWORK_DENIED',
  check: ({ hits }) => assert.equal(hits.length, 0),
})
