import { apiGranted, defineAttempt, fetchHandler } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'redirects end after three',
  handler: (place) =>
    fetchHandler(
      `http://api.example.com:${place.granted}/${place.attacker}/redirect?to=redirect%3Fto%3Dredirect%253Fto%253Dredirect%25253Fto%25253Dredirect%25253Fto%25253Dfine`,
    ),
  grants: apiGranted,
  gets: 'NETWORK_FAILED',
})
