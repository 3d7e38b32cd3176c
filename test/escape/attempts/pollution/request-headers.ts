import assert from 'node:assert/strict'
import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: '`__proto__` and constructor as header names change nothing',
  handler: (place) => `
    const headers = JSON.parse('{"__proto__":"x","constructor":"y","x-fine":"z"}')
    try { const r = await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/echo', { headers }); return String(r.status) } catch (error) { return error.code }
  `,
  grants: apiGranted,
  check: () => assert.equal(Reflect.get({}, 'x-fine'), undefined),
})
