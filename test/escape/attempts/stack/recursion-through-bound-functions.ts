import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a long chain of bound functions answers or is an error',
  handler: `let f = () => 0; for (let i = 0; i < 100_000; i++) f = f.bind(null); try { return String(f()) } catch (error) { return error.constructor.name }`,
  check: ({ got }) => assert.ok(got === '0' || got === 'RangeError'),
})
