import { apiGranted, defineAttempt, fetchHandler } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a redirect to an IPv6 address inside is refused',
  handler: (place) =>
    fetchHandler(
      `http://api.example.com:${place.granted}/${place.attacker}/redirect?to=http%3A%2F%2F%5B%3A%3A1%5D%3A${place.internal}%2F`,
    ),
  grants: apiGranted,
  gets: 'NETWORK_DENIED',
})
