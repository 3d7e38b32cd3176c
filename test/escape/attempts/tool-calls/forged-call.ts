import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a made-up call is nobody’s',
  handler: `const out = []; for (const forged of [undefined, null, {}, { requestId: call.requestId, principal: call.principal, signal: call.signal }, Object.create(call), new Proxy(call, {}), 1, structuredCloneOf(call)]) { try { out.push('GOT ' + JSON.stringify(await context.tools.call('nexus/web:fetch', {}, { call: forged }))) } catch (error) { out.push(error.code) } } function structuredCloneOf(value) { try { return structuredClone({ ...value, progress: 0, signal: 0 }) } catch { return {} } } return [...new Set(out)].join()`,
  grants: { tools: ['nexus/web:*'] },
  gets: 'CALL_REQUIRED',
  check: ({ nested }) => assert.deepEqual(nested, []),
})
