import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a prefix is text, not a pattern',
  handler: `for (const key of ['a1', 'a%', 'a_', 'A1', 'b']) await context.storage.set(key, 1); const out = []; for (const prefix of ['a%', 'a_', '%', 'A', '_']) out.push((await context.storage.list({ prefix })).join('|')); return out.join()`,
  gets: 'a%,a_,,A1,',
})
