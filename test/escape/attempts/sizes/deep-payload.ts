import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a deep argument harms nobody',
  payload: '['.repeat(100_000) + ']'.repeat(100_000),
  handler: "return 'parsed'",
  check: ({ got }) => assert.ok(got === undefined || got === 'parsed'),
})
