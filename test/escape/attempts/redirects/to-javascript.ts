import { apiGranted, defineAttempt, fetchHandler } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a redirect to code is refused',
  handler: (place) =>
    fetchHandler(`http://api.example.com:${place.granted}/${place.attacker}/redirect?to=javascript%3Aalert%281%29`),
  grants: apiGranted,
  gets: 'NETWORK_DENIED',
})
