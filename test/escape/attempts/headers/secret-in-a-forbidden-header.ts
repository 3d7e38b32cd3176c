import assert from 'node:assert/strict'
import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a secret cannot be put into a header that is not the plugin’s to set',
  handler: (place) =>
    `const out = []; for (const name of ['host', 'cookie', 'x-forwarded-for', 'transfer-encoding']) { try { await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/', { secretHeaders: { [name]: { secret: 'token' } } }) } catch (error) { out.push(error.code) } } return out.join()`,
  grants: (place) => ({ ...apiGranted(place), secrets: [{ field: 'token', access: 'use' }] }),
  config: { token: 'api-token' },
  check: ({ hits, place }) =>
    assert.ok(
      hits.every(
        (hit) =>
          hit.headers['host'] === 'api.example.com:' + place.granted &&
          hit.headers['cookie'] === undefined &&
          hit.headers['x-forwarded-for'] === undefined,
      ),
    ),
})
