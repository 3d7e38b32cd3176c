import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a header cannot carry a secret whose field is not granted',
  handler: (place) =>
    `try { return (await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/echo', { secretHeaders: { authorization: { secret: 'token' } } })).body } catch (error) { return error.code }`,
  grants: apiGranted,
  config: { token: 'api-token' },
  gets: 'SECRET_DENIED',
})
