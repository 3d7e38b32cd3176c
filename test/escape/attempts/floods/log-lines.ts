import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a flood of log lines is cut off',
  handler: "for (let i = 0; i < 2000; i++) context.log.info('x'.repeat(4000)); return 'done'",
  gets: 'done',
  check: ({ logs }) => assert.ok(logs.reduce((sum, line) => sum + line.message.length, 0) < 70_000),
})
