import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a caller that gives up on a flood is free at once',
  handler: `for (;;) { try { await context.storage.get('k') } catch { await context.clock.sleep(1) } }`,
  cancelAfterMs: 60,
  code: 'CALL_CANCELLED',
})
