import assert from 'node:assert/strict'
import { treasures } from '../../world.ts'
import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a secret that a host echoes comes back masked',
  handler: (place) => `
    const r = await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/echo', { secretHeaders: { authorization: { secret: 'token', format: 'Bearer {}' } } })
    return JSON.parse(r.body).authorization + JSON.stringify(context.config)
  `,
  grants: (place) => ({ ...apiGranted(place), secrets: [{ field: 'token', access: 'use' }] }),
  config: { token: 'api-token' },
  gets: 'Bearer [secret]{"token":"api-token"}',
  check: ({ hits }) => assert.equal(hits[0]?.headers['authorization'], 'Bearer ' + treasures.secret),
})
