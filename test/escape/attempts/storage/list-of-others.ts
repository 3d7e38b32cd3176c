import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'no prefix lists another installation',
  handler: String.raw`const out = []; for (const prefix of ['', '%', '_', 'rich', "' OR '1'='1", '\\', '[a-z]', '*']) { try { out.push(...await context.storage.list({ prefix, limit: 1000 })) } catch (error) { out.push(error.code) } } return out.join()`,
  gets: '',
})
