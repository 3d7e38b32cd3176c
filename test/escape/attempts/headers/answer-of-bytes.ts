import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an answer that is not text is refused',
  handler: (place) =>
    `try { return (await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/bytes')).body } catch (error) { return error.code }`,
  grants: apiGranted,
  gets: 'NETWORK_NOT_TEXT',
})
