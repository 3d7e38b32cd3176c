import { defineAttempt } from '../../attempt.ts'

// A call that is over pays no more: what runs in the background has the limits of a minute.
export const attempt = defineAttempt({
  title: 'capability calls made after the answer are counted, however long they go on',
  handler: `
    let refused = 0
    const again = async () => { for (;;) { try { await context.storage.get('k') } catch { refused += 1; await context.clock.sleep(5) } } }
    globalThis.refused = () => refused
    for (let i = 0; i < 8; i++) again()
    return 'answered'
  `,
  gets: 'answered',
})
