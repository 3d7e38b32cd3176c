import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'cookies of an answer are kept back',
  handler: (place) =>
    `const r = await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/'); return JSON.stringify(r.headers['set-cookie'] ?? null)`,
  grants: apiGranted,
  gets: 'null',
})
