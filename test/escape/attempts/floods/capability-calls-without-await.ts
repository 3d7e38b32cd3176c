import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'capability calls that nobody waits for are counted all the same',
  handler: `let refused = 0; for (let i = 0; i < 300; i++) context.storage.set('k' + i, i).catch(() => { refused += 1 }); await context.clock.sleep(100); return String(refused >= 200)`,
  gets: 'true',
})
