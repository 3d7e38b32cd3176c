import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a permission for every host is refused',
  manifest: { permissions: { network: [{ host: '*', methods: ['GET'], reason: 'x' }] } },
  refused: 'permissions.network.0.host',
})
