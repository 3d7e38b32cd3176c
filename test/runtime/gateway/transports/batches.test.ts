// oxlint-disable typescript/no-unsafe-type-assertion -- what comes off the wire is checked by the test that asked for it
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAX_BATCH } from '../../../../runtime/src/gateway/limits.ts'
import { processUpstream, type RunningGateway, startGateway, WILD } from '../harness.ts'
import { openSession, post } from '../wire.ts'
import { openOldStream } from './old-stream.ts'

const ping = (id: unknown) => ({ jsonrpc: '2.0', id, method: 'ping' })
const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' }
const initialize = {
  jsonrpc: '2.0',
  id: 'hello',
  method: 'initialize',
  params: { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'batch', version: '1' } },
}

describe('JSON-RPC batches [G1]', () => {
  let nexus: RunningGateway
  beforeAll(async () => {
    nexus = await startGateway()
    nexus.add(processUpstream('wild', WILD))
  })
  afterAll(() => nexus[Symbol.asyncDispose]())

  const send = async (body: unknown, version = '2025-03-26') => {
    const { id } = await openSession(nexus, { version })
    return post(nexus, body, { 'mcp-session-id': id })
  }

  it.each(['2024-10-07', '2024-11-05', '2025-03-26'])('are answered in %s', async (version) => {
    expect(await (await send([ping(1), ping(2)], version)).json()).toEqual([
      { jsonrpc: '2.0', id: 1, result: {} },
      { jsonrpc: '2.0', id: 2, result: {} },
    ])
  })

  it.each(['2025-06-18', '2025-11-25'])('are refused in %s, which has none', async (version) => {
    const answer = await send([ping(1)], version)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ id: null, error: { code: -32_600 } })
  })

  it.each([
    ['an empty one', []],
    ['too large a one', Array.from({ length: MAX_BATCH + 1 }, (_, index) => ping(index))],
    ['one with initialize in it', [initialize, ping(1)]],
    ['one of initialize alone', [initialize]],
  ])('are refused whole: %s', async (_what, body) => {
    const answer = await send(body)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ id: null, error: { code: -32_600 } })
  })

  it('of initialize open no session', async () => {
    const before = nexus.gateway.connections().length
    const answer = await post(nexus, [initialize, initialized])
    expect([answer.status, answer.headers.get('mcp-session-id')]).toEqual([400, null])
    expect(nexus.gateway.connections()).toHaveLength(before)
  })

  it('without a session are refused for that', async () => {
    const answer = await post(nexus, [ping(1)])
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: { data: { code: 'SESSION_MISSING' } } })
  })

  it.each([
    ['notifications', [initialized, initialized]],
    ['answers to questions that nobody asked', [{ jsonrpc: '2.0', id: 'nexus-9', result: {} }]],
  ])('of %s alone are taken with 202', async (_what, body) => {
    const answer = await send(body)
    expect([answer.status, await answer.text()]).toEqual([202, ''])
  })

  it('are answered entry by entry: nonsense costs itself only', async () => {
    const answer = await send([
      ping(1),
      'nonsense',
      [],
      null,
      { jsonrpc: '1.0', id: 7, method: 'ping' },
      initialized,
      ping('b'),
    ])
    expect(await answer.json()).toMatchObject([
      { id: 1, result: {} },
      { id: null, error: { code: -32_600 } },
      { id: null, error: { code: -32_600 } },
      { id: null, error: { code: -32_600 } },
      { id: 7, error: { code: -32_600 } },
      { id: 'b', result: {} },
    ])
  })

  it('with one id twice run the first and refuse the second', async () => {
    const call = (name: string) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } })
    const answers = (await (await send([call('echo'), call('pid')])).json()) as object[]
    expect(answers).toMatchObject([
      { id: 1, result: { content: [{ text: '{}' }] } },
      { id: 1, error: { code: -32_600 } },
    ])
  })

  it('keep ids apart that look alike', async () => {
    expect(await (await send([ping(1), ping('1')])).json()).toEqual([
      { jsonrpc: '2.0', id: 1, result: {} },
      { jsonrpc: '2.0', id: '1', result: {} },
    ])
  })

  it('with progress come as an event stream, an event for each message', async () => {
    const call = (id: number) => ({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name: 'progress', arguments: {}, _meta: { progressToken: id } },
    })
    const answer = await send([call(1), call(2)])
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    const data = [...(await answer.text()).matchAll(/^data: (.+)$/gm)].map(
      ([, text]) => JSON.parse(text ?? '') as { id?: number; method?: string },
    )
    expect(data.filter(({ method }) => method === 'notifications/progress')).toHaveLength(4)
    expect(data.filter(({ id }) => id !== undefined).map(({ id }) => id)).toEqual([1, 2])
  })

  it('are answered over HTTP+SSE too', async () => {
    await using stream = await openOldStream(nexus, '/sse')
    await stream.post(initialize)
    await stream.next()
    expect((await stream.post([ping(1), initialized, ping(2)])).status).toBe(202)
    expect([await stream.next(), await stream.next()]).toMatchObject([{ id: 1 }, { id: 2 }])
    expect((await stream.post([])).status).toBe(400)
    expect((await stream.post([initialize])).status).toBe(400)
  })
})
