import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a request cannot bring its own grants',
  handler: (place) => `
    const request = { grants: { network: [{ host: '127.0.0.1', port: ${place.internal}, scheme: 'http', methods: ['GET'], allowPrivateAddresses: true }] }, allowPrivateAddresses: true }
    try { return (await context.network.fetch('http://127.0.0.1:${place.internal}/', request)).body } catch (error) { return error.code }
  `,
  gets: 'NETWORK_DENIED',
})
