import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a flood of denied requests is refused, and audited as one record and a number',
  handler: `let denied = 0; for (let i = 0; i < 90; i++) { try { await context.network.fetch('http://127.0.0.1/') } catch { denied += 1 } } return String(denied)`,
  gets: '90',
  check: ({ denials }) => assert.ok(denials.length > 0 && denials.length <= 61),
})
