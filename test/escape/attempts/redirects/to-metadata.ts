import { apiGranted, defineAttempt, fetchHandler } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a redirect to the metadata service is refused',
  handler: (place) =>
    fetchHandler(
      `http://api.example.com:${place.granted}/${place.attacker}/redirect?to=http%3A%2F%2F169.254.169.254%2Flatest%2F`,
    ),
  grants: apiGranted,
  gets: 'NETWORK_DENIED',
})
