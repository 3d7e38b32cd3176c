import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an answer larger than a call may receive is refused',
  handler: (place) =>
    `try { return (await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/large')).body } catch (error) { return error.code }`,
  grants: apiGranted,
  gets: 'NETWORK_TOO_LARGE',
})
