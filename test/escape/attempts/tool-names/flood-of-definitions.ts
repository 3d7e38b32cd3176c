import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a flood of tools defined at run time is held by the limit of capability calls',
  manifest: {
    kind: 'mcp-adapter',
    contributes: {
      toolsDynamic: true,
      tools: [{ name: 'attack', description: 'Attacks.', inputSchema: { type: 'object' } }],
    },
  },
  handler: `for (let i = 0; i < 3000; i++) { try { context.tools.define({ name: 't' + i, description: 'x', inputSchema: { type: 'object' } }, () => 'x') } catch {} } await context.clock.sleep(100); return 'tried'`,
  gets: 'tried',
  check: ({ defined }) => assert.ok(defined.length <= 100),
})
