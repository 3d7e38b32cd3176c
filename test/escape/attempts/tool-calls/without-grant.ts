import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'no tool of another plugin is called without a grant',
  handler: `const out = []; for (const tool of ['nexus/web:fetch', 'acme/attack:attack', '*', 'nexus/*:*', '__proto__:x', '']) { try { out.push('GOT ' + JSON.stringify(await context.tools.call(tool, {}, { call }))) } catch {} } return out.join()`,
  gets: '',
  check: ({ denials, nested }) => {
    assert.ok(denials.length > 0)
    assert.deepEqual(nested, [])
  },
})
