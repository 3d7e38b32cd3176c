import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an argument whose getters change is read once and as text only',
  handler: `
    let reads = 0
    const request = { get method() { reads += 1; return reads === 1 ? 'GET' : 'DELETE' } }
    let code
    try { await context.network.fetch('http://not-granted.example.com/', request) } catch (error) { code = error.code }
    return [reads, code].join()
  `,
  gets: '1,NETWORK_DENIED',
})
