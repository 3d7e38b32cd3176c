import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'timers that set timers stay within their number and the CPU limit',
  handler: `
    let refused = 0
    const again = () => { try { setTimeout(again, 0); setTimeout(again, 0) } catch { refused += 1 } }
    again()
    await context.clock.sleep(700)
    return String(refused > 0)
  `,
  gets: 'true',
})
