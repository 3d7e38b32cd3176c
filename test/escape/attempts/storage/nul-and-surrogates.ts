import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'keys with NUL and lone surrogates are refused',
  handler: String.raw`const out = []; for (const key of ['a\u0000b', 'rich\u0000treasure', '\ud800', '']) { try { await context.storage.set(key, 1); out.push('SET') } catch (error) { out.push(error.code) } } return [...new Set(out)].join()`,
  gets: 'CAPABILITY_ARGUMENT',
})
