import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a flood through console is cut off like any other',
  handler: "for (let i = 0; i < 5000; i++) console.error('x'.repeat(200)); return 'done'",
  gets: 'done',
  check: ({ logs }) => assert.ok(logs.reduce((sum, line) => sum + line.message.length, 0) < 70_000),
})
