import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'cyclic log fields cost the fields, not the call',
  handler: "const o = {}; o.o = o; context.log.info('x', o); console.log(o); return 'done'",
  gets: 'done',
})
