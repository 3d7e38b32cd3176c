import assert from 'node:assert/strict'
import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'headers that write themselves differently each time smuggle nothing',
  handler: (place) => String.raw`
    let turn = 0
    const value = { toString() { turn += 1; return turn === 1 ? 'fine' : 'a\r\nx-smuggled: 1' } }
    const out = []
    for (const headers of [{ 'x-a': value }, [['x-a', value]], new Proxy({}, { ownKeys: () => ['x-a'], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }), get: () => 'a\r\nx-smuggled: 1' })]) { try { await fetch('http://api.example.com:${place.granted}/${place.attacker}/', { headers }) } catch {} }
    return 'tried'
  `,
  grants: apiGranted,
  gets: 'tried',
  check: ({ hits }) => assert.ok(hits.every((hit) => hit.headers['x-smuggled'] === undefined)),
})
