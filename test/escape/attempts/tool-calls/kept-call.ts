import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a call that is over is nobody’s any more',
  module: `let kept; export default { activate(c) { c.tools.handle('attack', async (args, call) => { if (kept === undefined) { kept = call; setTimeout(async () => { try { await c.tools.call('nexus/web:fetch', {}, { call: kept }); c.log.info('GOT') } catch (error) { c.log.info(error.code) } }, 30); return 'kept' } return 'x' }) } }`,
  grants: { tools: ['nexus/web:*'] },
  gets: 'kept',
  check: ({ nested }) => assert.deepEqual(nested, []),
})
