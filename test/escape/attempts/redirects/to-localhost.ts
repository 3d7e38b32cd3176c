import { apiGranted, defineAttempt, fetchHandler } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a redirect to localhost is refused',
  handler: (place) =>
    fetchHandler(
      `http://api.example.com:${place.granted}/${place.attacker}/redirect?to=http%3A%2F%2Flocalhost%3A${place.internal}%2F`,
    ),
  grants: apiGranted,
  gets: 'NETWORK_DENIED',
})
