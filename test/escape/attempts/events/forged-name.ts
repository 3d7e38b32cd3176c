import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an event of the host or of another plugin cannot be sent',
  handler: String.raw`const out = []; for (const event of ['tool.called', 'plugin.started', 'nexus/web.done', 'acme/other.done', 'audit.recorded', '__proto__', '', 'acme/attack.done\n', 'acme/attack.done2']) { try { await context.events.emit(event, {}); out.push('SENT ' + event) } catch {} } return out.join()`,
  grants: {
    events: [
      { event: 'acme/attack.done', direction: 'emit' },
      { event: 'tool.called', direction: 'subscribe' },
    ],
  },
  gets: '',
  check: ({ emitted }) => assert.deepEqual(emitted, []),
})
