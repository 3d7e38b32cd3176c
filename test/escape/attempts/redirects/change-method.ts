import { defineAttempt, networkGrant } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a redirect to a method that is not granted is refused',
  handler: (place) =>
    `try { const r = await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/redirect?to=fine', { method: 'POST', body: 'x' }); return r.body } catch (error) { return error.code }`,
  grants: (place) => ({ network: [networkGrant(place, 'api.example.com', { methods: ['POST'] })] }),
  gets: 'NETWORK_DENIED',
})
