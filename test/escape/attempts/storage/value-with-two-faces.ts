import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a value that writes itself differently each time is stored once',
  handler: `let turn = 0; await context.storage.set('k', { toJSON: () => 'turn ' + (turn += 1) }); return String(await context.storage.get('k'))`,
  gets: 'turn 1',
})
