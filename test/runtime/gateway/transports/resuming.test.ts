// oxlint-disable typescript/no-unsafe-type-assertion -- what comes off the wire is checked by the test that asked for it
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAX_REPLAY_BYTES, MAX_REPLAY_EVENTS, RESUME_PAUSE_MS } from '../../../../runtime/src/gateway/limits.ts'
import { Replay, ReplayBudget } from '../../../../runtime/src/gateway/edge/legacy/replay.ts'
import { jsonText } from '../../../../runtime/src/gateway/wire/result-text.ts'
import { processUpstream, type RunningGateway, startGateway, WILD } from '../harness.ts'
import { textOf } from '../sdk-clients.ts'
import { openSession } from '../wire.ts'
import { type RawEvent, readEvents } from './old-stream.ts'

const call = (id: number, name: string, progressToken?: string) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: {}, ...(progressToken === undefined ? {} : { _meta: { progressToken } }) },
})

describe('event streams of sessions [G1]', () => {
  let nexus: RunningGateway
  beforeAll(async () => {
    nexus = await startGateway()
    nexus.add(processUpstream('wild', WILD))
  })
  afterAll(() => nexus[Symbol.asyncDispose]())

  const send = (session: string, message: unknown, signal?: AbortSignal, token = 'alice') =>
    nexus.fetch('/mcp', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-session-id': session,
      },
      body: JSON.stringify(message),
      token,
      ...(signal === undefined ? {} : { signal }),
    })
  const resume = (session: string, lastEventId: string, token = 'alice') =>
    nexus.fetch('/mcp', {
      headers: { accept: 'text/event-stream', 'mcp-session-id': session, 'last-event-id': lastEventId },
      token,
    })
  const all = async (answer: Response): Promise<RawEvent[]> => {
    const events: RawEvent[] = []
    for await (const event of readEvents(answer)) events.push(event)
    return events
  }
  const answer = (session: string, content: object) =>
    send(session, { jsonrpc: '2.0', id: 'nexus-1', result: { action: 'accept', content } })

  /** Calls a tool that asks its client, and loses the connection right after the question. */
  const askAndLose = async (capabilities = { elicitation: {} }) => {
    const { id } = await openSession(nexus, { capabilities })
    const stop = new AbortController()
    const events = readEvents(await send(id, call(2, 'elicit'), stop.signal))
    const primed = (await events.next()).value
    const asked = (await events.next()).value
    stop.abort()
    await events.next().catch(() => undefined)
    return { id, primed, asked }
  }

  it('begin with an id, an empty message and a pause to wait before coming back', async () => {
    const { id } = await openSession(nexus)
    const events = await all(await send(id, call(2, 'progress', 'p')))
    expect(events[0]).toEqual({ id: '1-0', name: undefined, retry: String(RESUME_PAUSE_MS), data: '' })
    expect(events.slice(1).map((event) => event.id)).toEqual(['1-1', '1-2', '1-3'])
    expect(JSON.parse(events.at(-1)?.data ?? '')).toMatchObject({ id: 2, result: {} })
  })

  it('show no empty message to clients of older revisions, but ids', async () => {
    const { id } = await openSession(nexus, { version: '2025-06-18' })
    const events = await all(await send(id, call(2, 'progress', 'p')))
    expect(events.map((event) => [event.id, event.data === ''])).toEqual([
      ['1-1', false],
      ['1-2', false],
      ['1-3', false],
    ])
  })

  it('are taken up behind the last event: the answer waits for the client that was lost', async () => {
    const { id, asked } = await askAndLose()
    expect(JSON.parse(asked?.data ?? '')).toMatchObject({ method: 'elicitation/create' })
    expect((await answer(id, { name: 'Ada' })).status).toBe(202)
    const events = await all(await resume(id, asked?.id ?? ''))
    expect(events).toHaveLength(1)
    expect(JSON.parse(events[0]?.data ?? '')).toMatchObject({ id: 2, result: {} })
    expect(events[0]?.data).toContain('Ada')
  })

  it('show the question again to a client that saw only the first event', async () => {
    const { id, primed, asked } = await askAndLose()
    const events = readEvents(await resume(id, primed?.id ?? ''))
    expect((await events.next()).value).toEqual(asked)
    await answer(id, { name: 'Ada' })
    expect((await events.next()).value?.data).toContain('Ada')
    expect((await events.next()).done).toBe(true)
  })

  it('give the answer again to a client that lost it on the way', async () => {
    const { id } = await openSession(nexus)
    const first = await all(await send(id, call(2, 'progress', 'p')))
    const again = await all(await resume(id, '1-1'))
    expect(again).toEqual(first.slice(2))
  })

  it('never show events of another stream or of another session', async () => {
    const { id } = await openSession(nexus)
    await all(await send(id, call(2, 'progress', 'first')))
    await all(await send(id, call(3, 'progress', 'second')))
    const own = await all(await resume(id, '2-0'))
    expect(own.map(({ data }) => data).join()).not.toContain('first')
    const other = await openSession(nexus)
    expect((await resume(other.id, '1-0')).status).toBe(400)
    const bob = await openSession(nexus, { token: 'bob' })
    expect((await resume(bob.id, '1-0', 'bob')).status).toBe(400)
    expect((await resume(id, '1-0', 'bob')).status).toBe(404)
  })

  it.each(['', 'nonsense', '99-1', '-1', '1-', '1-99999999999999', '__proto__-1', '1-0, 1-1'])(
    'refuse %j as the id of an event, with a code',
    async (lastEventId) => {
      const { id } = await openSession(nexus)
      const refused = await resume(id, lastEventId)
      expect(refused.status).toBe(400)
      expect(await refused.json()).toMatchObject({ error: { data: { code: 'EVENT_UNKNOWN' } } })
    },
  )

  it('keep notices for a client that comes back, and start anew for one that does not say where it was', async () => {
    const { id } = await openSession(nexus)
    const open = async (headers: Record<string, string>) => {
      const stop = new AbortController()
      const stream = await nexus.fetch('/mcp', {
        headers: { accept: 'text/event-stream', 'mcp-session-id': id, ...headers },
        signal: stop.signal,
      })
      return { stop, events: readEvents(stream) }
    }
    const first = await open({})
    expect((await first.events.next()).value?.id).toBe('0-0')
    first.stop.abort()
    await first.events.next().catch(() => undefined)
    await (
      await send(id, { jsonrpc: '2.0', id: 5, method: 'resources/subscribe', params: { uri: 'wild://cancelled' } })
    ).text()
    await expect
      .poll(async () => {
        const back = await open({ 'last-event-id': '0-0' })
        const found = await Promise.race([back.events.next(), new Promise((done) => setTimeout(done, 200))])
        back.stop.abort()
        return JSON.stringify(found ?? {})
      })
      .toContain('notifications/resources/updated')
    const fresh = await open({})
    expect((await fresh.events.next()).value?.data).toBe('')
    fresh.stop.abort()
  })

  it('let the official client find the answer to a call whose stream broke', async () => {
    let broken: AbortController | undefined
    // What a network does: the second answer, which is the stream of the call, breaks when it is told to.
    const breaking: typeof fetch = (input, init) => {
      const body = typeof init?.body === 'string' ? init.body : ''
      if (!body.includes('"elicit"')) return fetch(input, init)
      broken = new AbortController()
      return fetch(input, { ...init, signal: broken.signal })
    }
    const client = new Client({ name: 'resumes', version: '1' }, { capabilities: { elicitation: {} } })
    const transport = new StreamableHTTPClientTransport(new URL(`${nexus.url}/mcp`), {
      requestInit: { headers: { authorization: 'Bearer alice' } },
      fetch: breaking,
    })
    const { ElicitRequestSchema } = await import('@modelcontextprotocol/sdk/types.js')
    client.setRequestHandler(ElicitRequestSchema, () => {
      broken?.abort()
      return { action: 'accept', content: { name: 'Ada' } }
    })
    await client.connect(transport)
    const result = await client.request(
      { method: 'tools/call', params: { name: 'elicit', arguments: {} } },
      CallToolResultSchema,
    )
    expect(textOf(result)).toContain('Ada')
    await client.close()
  })

  it('are opened by themselves for a call that takes long, so that it can be taken up', async () => {
    const { id } = await openSession(nexus)
    const stop = new AbortController()
    const events = readEvents(await send(id, call(2, 'hang'), stop.signal))
    expect((await events.next()).value).toMatchObject({ id: '1-0', data: '' })
    stop.abort()
    const back = readEvents(await resume(id, '1-0'))
    await send(id, { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } })
    expect(JSON.parse((await back.next()).value?.data ?? '')).toMatchObject({
      id: 2,
      error: { data: { code: 'CALL_CANCELLED' } },
    })
  })
})

describe('what a session keeps for a client that comes back [G1]', () => {
  const text = (value: string) => jsonText({ value })

  it('is bounded by events: the oldest give way', () => {
    const replay = new Replay(new ReplayBudget())
    for (let index = 1; index <= MAX_REPLAY_EVENTS + 5; index += 1) replay.keep('1', index, text('x'))
    const kept = replay.after('1', 0)
    expect(kept).toHaveLength(MAX_REPLAY_EVENTS)
    expect(kept[0]?.sequence).toBe(6)
  })

  it('is bounded by bytes, and what never fits is not kept', () => {
    const replay = new Replay(new ReplayBudget())
    const third = 'x'.repeat(Math.floor(MAX_REPLAY_BYTES / 3))
    for (let index = 1; index <= 4; index += 1) replay.keep('1', index, text(third))
    expect(replay.after('1', 0).map(({ sequence }) => sequence)).toEqual([3, 4])
    replay.keep('1', 5, text('x'.repeat(MAX_REPLAY_BYTES)))
    expect(replay.after('1', 0).map(({ sequence }) => sequence)).toEqual([3, 4])
  })

  it('is bounded for the host: a session that finds nothing left keeps nothing, and takes nothing of others', () => {
    const budget = new ReplayBudget(100)
    const greedy = new Replay(budget)
    const other = new Replay(budget)
    greedy.keep('1', 1, text('x'.repeat(80)))
    other.keep('1', 1, text('y'.repeat(80)))
    expect([greedy.after('1', 0).length, other.after('1', 0).length]).toEqual([1, 0])
    greedy.clear()
    other.keep('1', 2, text('y'.repeat(80)))
    expect(other.after('1', 0)).toHaveLength(1)
  })
})
