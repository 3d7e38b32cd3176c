import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a deep result stays text, whoever reads it',
  handler: 'let o = {}; for (let i = 0; i < 60_000; i++) o = { o }; return o',
  check: ({ got }) => assert.ok(got === undefined || got.startsWith('{"o":')),
})
