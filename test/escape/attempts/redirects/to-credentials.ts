import { apiGranted, defineAttempt, fetchHandler } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a redirect to an address with a user name is refused',
  handler: (place) =>
    fetchHandler(
      `http://api.example.com:${place.granted}/${place.attacker}/redirect?to=http%3A%2F%2Fx%40api.example.com%3A${place.granted}%2F`,
    ),
  grants: apiGranted,
  gets: 'NETWORK_DENIED',
})
