import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a plugin cannot say which secret its field means',
  handler: `try { context.config.token = 'other-secret' } catch {} try { return await context.secrets.read('token') } catch (error) { return error.code }`,
  grants: { secrets: [{ field: 'token', access: 'use' }] },
  config: { token: 'api-token' },
  gets: 'SECRET_DENIED',
})
