import { apiGranted, defineAttempt, fetchHandler } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a redirect to a file is refused',
  handler: (place) =>
    fetchHandler(`http://api.example.com:${place.granted}/${place.attacker}/redirect?to=file%3A%2F%2F%2Fetc%2Fpasswd`),
  grants: apiGranted,
  gets: 'NETWORK_DENIED',
})
