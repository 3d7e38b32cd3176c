import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a call with a million arguments is an error or answers, and the stack holds',
  handler: `try { return String(Math.max(...new Array(1_000_000).fill(1))) } catch (error) { return error.constructor.name }`,
  check: ({ got }) => assert.ok(got === '1' || got === 'RangeError'),
})
