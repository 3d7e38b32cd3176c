import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a permission for an address is refused',
  manifest: { permissions: { network: [{ host: '127.0.0.1', methods: ['GET'], reason: 'x' }] } },
  refused: 'permissions.network.0.host',
})
