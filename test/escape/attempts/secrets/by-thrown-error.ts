import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a secret in an error of the plugin is the plugin’s own word, and never in the log',
  handler: `const s = await context.secrets.read('token'); console.error(new Error(s)); return 'logged'`,
  grants: { secrets: [{ field: 'token', access: 'read' }] },
  config: { token: 'api-token' },
  mayHold: ['secret'],
  gets: 'logged',
  check: ({ logs }) => assert.ok(logs.length === 1 && !JSON.stringify(logs).includes('s3cr3t')),
})
