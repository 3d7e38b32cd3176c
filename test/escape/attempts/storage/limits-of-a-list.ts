import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a list has a longest length and takes no strange one',
  handler: `const out = []; for (const limit of [0, -1, 1.5, 1e9, Infinity, NaN, '10', null]) { try { await context.storage.list({ limit }); out.push('GOT') } catch (error) { out.push(error.code) } } return [...new Set(out)].join()`,
  check: ({ got }) => assert.match(got ?? '', /^CAPABILITY_ARGUMENT$/),
})
