import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a URL object that changes its text is judged by the text that is used',
  handler: `
    let turn = 0
    const url = { toString() { turn += 1; return turn === 1 ? 'http://127.0.0.1/' : 'http://api.example.com/' } }
    try { return String((await context.network.fetch(url)).status) } catch (error) { return error.code }
  `,
  grants: apiGranted,
  gets: 'NETWORK_DENIED',
})
