import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a secret that was read cannot be left where a neighbour finds it',
  handler: `const s = await context.secrets.read('token'); globalThis.stolen = s; await context.storage.set('rich/stolen', s); return 'left'`,
  grants: { secrets: [{ field: 'token', access: 'read' }] },
  config: { token: 'api-token' },
  mayHold: ['secret'],
  gets: 'left',
})
