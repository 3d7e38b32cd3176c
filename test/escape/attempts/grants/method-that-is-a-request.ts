import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a method is one of seven words',
  handler: (place) =>
    String.raw`const out = []; for (const method of ['GET /x HTTP/1.1\r\nx: y', 'CONNECT', 'TRACE', '', 'GET ', { toString: () => 'GET' }]) { try { await context.network.fetch('http://api.example.com:${place.granted}/${place.attacker}/', { method }); out.push('GOT') } catch (error) { out.push(error.code ?? error.name) } } return [...new Set(out)].join()`,
  grants: apiGranted,
  gets: 'CAPABILITY_ARGUMENT',
})
