import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'another scheme of a granted host is refused',
  handler: (place) =>
    `const out = []; for (const scheme of ['https', 'ftp', 'ws', 'file', 'gopher', 'javascript', 'blob:http']) { try { await context.network.fetch(scheme + '://api.example.com:${place.granted}/'); out.push('GOT') } catch (error) { out.push(error.code) } } return [...new Set(out)].join()`,
  grants: apiGranted,
  gets: 'NETWORK_DENIED',
})
