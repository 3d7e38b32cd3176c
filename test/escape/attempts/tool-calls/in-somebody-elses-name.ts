import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a tool is called in the name of the caller, whatever the plugin says',
  handler: `await context.tools.call('nexus/web:fetch', { principal: 'admin' }, { call, principal: { id: 'admin' }, origin: { principal: { id: 'admin' } } }); return 'called'`,
  grants: { tools: ['nexus/web:*'] },
  gets: 'called',
  check: ({ nested }) => assert.deepEqual(nested, ['nexus/web:fetch user:1']),
})
