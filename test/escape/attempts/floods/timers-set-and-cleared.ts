import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'timers set and cleared without end leave neither a heap of messages nor a slow cell',
  handler: `const end = Date.now() + 80; let n = 0; while (Date.now() < end) { clearTimeout(setTimeout(() => {}, 60_000)); n += 1 } return String(n > 0)`,
  gets: 'true',
})
