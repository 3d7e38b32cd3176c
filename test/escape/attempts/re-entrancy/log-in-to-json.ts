import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a log line whose fields log again ends',
  handler: `
    let depth = 0
    const fields = { toJSON() { depth += 1; if (depth < 5000) context.log.info('again', fields); return 'x' } }
    context.log.info('first', fields)
    return 'done'
  `,
  gets: 'done',
})
