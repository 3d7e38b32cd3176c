import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a grant for one tool covers no other',
  handler: String.raw`const out = []; for (const tool of ['nexus/web:fetch_all', 'nexus/web-evil:fetch', 'nexus/web:Fetch', 'evil/nexus/web:fetch', 'nexus/web:fetch\n']) { try { out.push('GOT ' + JSON.stringify(await context.tools.call(tool, {}, { call }))) } catch {} } return out.join()`,
  grants: { tools: ['nexus/web:fetch'] },
  gets: '',
  check: ({ nested }) => assert.deepEqual(nested, []),
})
