import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'more headers than allowed are refused',
  handler: (place) =>
    `try { await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/', { headers: Object.fromEntries(Array.from({ length: 100 }, (_, i) => ['x-' + i, 'y'])) }); return 'SENT' } catch (error) { return error.code }`,
  grants: apiGranted,
  gets: 'CAPABILITY_ARGUMENT',
})
