import { defineAttempt, networkGrant } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a name that leads elsewhere later is judged again for each new connection',
  handler: (place) => `
    const out = []
    for (let i = 0; i < 3; i++) { try { out.push((await context.network.fetch('http://turning.example.com:${place.granted}/${place.attacker}/', { headers: { 'x-turn': String(i) } })).body) } catch (error) { out.push(error.code) } }
    return String(out.every((one) => one === 'granted' || one === 'NETWORK_DENIED') && out[0] === 'granted')
  `,
  grants: (place) => ({ network: [networkGrant(place, 'turning.example.com')] }),
  gets: 'true',
})
