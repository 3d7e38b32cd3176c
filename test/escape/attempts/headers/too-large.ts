import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'larger headers than allowed are refused',
  handler: (place) =>
    `try { await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/', { headers: { 'x-a': 'y'.repeat(16000), 'x-b': 'y'.repeat(16000) } }); return 'SENT' } catch (error) { return error.code }`,
  grants: apiGranted,
  gets: 'NETWORK_DENIED',
})
