import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a request whose members change is sent as it was read',
  handler: (place) => `
    let turn = 0
    const input = { method: 'GET', get url() { turn += 1; return turn === 1 ? 'http://api.example.com:${place.granted}/${place.attacker}/' : 'http://127.0.0.1:${place.internal}/' }, toString() { turn += 1; return turn === 1 ? 'http://api.example.com:${place.granted}/${place.attacker}/' : 'http://127.0.0.1:${place.internal}/' } }
    for (let i = 0; i < 4; i++) { try { await fetch(input) } catch {} try { await fetch(new Request(input)) } catch {} }
    return 'tried'
  `,
  grants: apiGranted,
  gets: 'tried',
})
