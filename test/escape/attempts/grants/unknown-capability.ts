import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a plugin cannot invent a capability',
  handler: `return [typeof context.shell, typeof context.admin, typeof context.ask, typeof context.bridge, Object.isFrozen(context)].join()`,
  gets: 'undefined,undefined,undefined,undefined,true',
})
