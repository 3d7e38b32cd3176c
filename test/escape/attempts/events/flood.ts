import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a flood of events ends at the limit of a minute',
  handler: `let sent = 0; for (let i = 0; i < 90; i++) { try { await context.events.emit('acme/attack.done', { i }); sent += 1 } catch {} } return String(sent)`,
  grants: { events: [{ event: 'acme/attack.done', direction: 'emit' }] },
  limits: { eventsPerMinute: 20 },
  gets: '20',
  check: ({ emitted }) => assert.equal(emitted.length, 20),
})
