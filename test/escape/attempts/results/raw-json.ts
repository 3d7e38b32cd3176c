import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'raw JSON smuggles no second result',
  handler: `return typeof JSON.rawJSON === 'function' ? { content: [{ type: 'text', text: JSON.rawJSON('"x"') }] } : 'x'`,
  gets: 'x',
})
