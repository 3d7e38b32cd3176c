import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a secret is not read without a grant that says read',
  handler: `const out = []; for (const field of ['token', 'token.x', 'other', '../token', '']) { try { out.push(await context.secrets.read(field)) } catch (error) { out.push(error.code) } } return [...new Set(out)].join()`,
  grants: { secrets: [{ field: 'token', access: 'use' }] },
  config: { token: 'api-token' },
  gets: 'SECRET_DENIED,CAPABILITY_ARGUMENT',
})
