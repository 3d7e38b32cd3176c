import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'lone surrogates in a result cross as escapes, in well-formed text',
  handler: String.raw`return 'a\ud800b'`,
  check: ({ got }) => assert.equal(got, 'a\ud800b'),
})
