import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'deep JSON text is only an error',
  handler: "return String(JSON.parse('['.repeat(250_000) + ']'.repeat(250_000)).length)",
  check: ({ got }) => assert.ok(got === undefined || got === '1'),
})
