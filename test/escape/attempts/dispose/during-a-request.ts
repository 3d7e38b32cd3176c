import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a request in flight ends with its sandbox',
  handler: (place) =>
    `await Promise.all(Array.from({ length: 8 }, () => context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/').catch(() => 0))); await new Promise(() => {})`,
  grants: apiGranted,
  stopAfterMs: 40,
  code: 'SANDBOX_CLOSED',
})
