import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'another port of a granted host is refused',
  handler: (place) =>
    `try { return (await context.network.fetch('http://api.example.com:${place.internal}/')).body } catch (error) { return error.code }`,
  grants: apiGranted,
  gets: 'NETWORK_DENIED',
})
