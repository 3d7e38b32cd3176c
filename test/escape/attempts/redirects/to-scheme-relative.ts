import { apiGranted, defineAttempt, fetchHandler } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a redirect to an address without a scheme is refused',
  handler: (place) =>
    fetchHandler(
      `http://api.example.com:${place.granted}/${place.attacker}/redirect?to=%2F%2F127.0.0.1%3A${place.internal}%2F`,
    ),
  grants: apiGranted,
  gets: 'NETWORK_DENIED',
})
