import { apiGranted, defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'no secret is opened for a host that is not granted',
  handler: (place) =>
    `try { await context.network.fetch('http://127.0.0.1:${place.internal}/', { secretHeaders: { 'x-key': { secret: 'token' } } }); return 'SENT' } catch (error) { return error.code }`,
  grants: (place) => ({ ...apiGranted(place), secrets: [{ field: 'token', access: 'use' }] }),
  config: { token: 'api-token' },
  gets: 'NETWORK_DENIED',
})
