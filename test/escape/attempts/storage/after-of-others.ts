import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a place to continue from lists nothing of others',
  handler: String.raw`const out = []; for (const after of ['', 'rich', 'treasurd', '\u0001']) out.push(...await context.storage.list({ after })); return out.join()`,
  gets: '',
})
