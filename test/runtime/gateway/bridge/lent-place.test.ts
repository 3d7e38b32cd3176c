import type { JsonObject } from '@nexus/plugin-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatewayError } from '../../../../runtime/src/gateway/errors.ts'
import { openRemoteUpstream } from '../../../../runtime/src/gateway/upstream/open-remote-upstream.ts'
import type { Upstream, UpstreamRequest } from '../../../../runtime/src/gateway/upstream/upstream.ts'
import { type PairHttp, startPairHttp } from '../../../fixtures/mcp/pair-http.ts'
import { identity, openEgress, principal } from '../harness.ts'

const ANSWER: JsonObject = { action: 'accept' }

describe('the place of a call whose client is asked [G2, G3]', () => {
  let server: PairHttp
  let upstream: Upstream
  beforeAll(async () => {
    server = await startPairHttp('legacy')
    upstream = openRemoteUpstream({
      identity: identity('pair'),
      url: server.url,
      egress: openEgress,
      headers: () => Promise.resolve({}),
      limits: { maxConcurrent: 1, maxQueued: 1, queueMs: 5_000, breakerFaults: 1 },
    })
  })
  afterAll(async () => {
    await upstream[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })
  const call = (name: string, change: Partial<UpstreamRequest> = {}) =>
    upstream.request({
      method: 'tools/call',
      params: { name, arguments: {} },
      requestId: 'request',
      principal: principal('token:alice'),
      client: { key: 'alice', era: 'legacy', capabilities: {}, info: undefined, logLevel: undefined },
      signal: new AbortController().signal,
      ...change,
    })

  it('is lent to others while a person thinks, and taken back with the answer', async () => {
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<JsonObject>()
    const slow = call('form', { onRequest: () => (asked.resolve(), answer.promise) })
    await asked.promise
    expect(upstream.pool?.()?.readings().replicas[0]?.outstanding).toBe(0)
    expect((await call('echo')).get('content')).toBeDefined()
    answer.resolve(ANSWER)
    expect((await slow).get('content')).toEqual([{ type: 'text', text: JSON.stringify({ name: ANSWER }) }])
    expect(upstream.pool?.()?.readings().replicas[0]?.outstanding).toBe(0)
  })

  it('says nothing against the upstream when the person never answers', async () => {
    const asked = Promise.withResolvers<void>()
    const late = new AbortController()
    const never = call('form', {
      signal: late.signal,
      onRequest: () => (asked.resolve(), new Promise<never>(() => undefined)),
    })
    await asked.promise
    late.abort(gatewayError('CALL_TIMEOUT', 'Expected an answer, found none.'))
    await expect(never).rejects.toBeDefined()
    expect(upstream.pool?.()?.readings().replicas[0]).toMatchObject({ breaker: 'closed', outstanding: 0 })
    expect((await call('echo')).get('content')).toBeDefined()
  })
})
