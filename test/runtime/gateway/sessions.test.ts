import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAX_SESSIONS_PER_PRINCIPAL, MAX_SUBSCRIPTIONS } from '../../../runtime/src/gateway/limits.ts'
import { processUpstream, type RunningGateway, startGateway, WILD } from './harness.ts'
import { openSession, post, readEvents } from './wire.ts'

const reply = (content: object) => ({ jsonrpc: '2.0', id: 'nexus-1', result: { action: 'accept', content } })

const callOfFive = (name: string) => ({ jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name, arguments: {} } })

describe('legacy sessions [G1, G2]', () => {
  let nexus: RunningGateway
  beforeAll(async () => {
    nexus = await startGateway()
    nexus.add(processUpstream('wild', WILD))
  })
  afterAll(() => nexus[Symbol.asyncDispose]())

  const ping = (id: string) => post(nexus, { jsonrpc: '2.0', id: 1, method: 'ping' }, { 'mcp-session-id': id })
  const open = (id: string, signal: AbortSignal) =>
    nexus.fetch('/mcp', { headers: { 'mcp-session-id': id, accept: 'text/event-stream' }, signal })

  it('tells a session of updates of what it subscribed to, until it unsubscribes', async () => {
    const { id } = await openSession(nexus)
    const stop = new AbortController()
    const stream = await open(id, stop.signal)
    const events = readEvents(stream, (seen) => seen.length === 1)
    const ask = (method: string) =>
      post(nexus, { jsonrpc: '2.0', id: 9, method, params: { uri: 'wild://cancelled' } }, { 'mcp-session-id': id })
    expect(await (await ask('resources/subscribe')).json()).toEqual({ jsonrpc: '2.0', id: 9, result: {} })
    expect(await events).toEqual([
      { jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: 'wild://cancelled' } },
    ])
    expect(await (await ask('resources/unsubscribe')).json()).toEqual({ jsonrpc: '2.0', id: 9, result: {} })
    stop.abort()
  })

  it('refuses more subscriptions than one client may have', async () => {
    const { id } = await openSession(nexus)
    const subscribe = (index: number) =>
      post(
        nexus,
        { jsonrpc: '2.0', id: index, method: 'resources/subscribe', params: { uri: `wild://${index}` } },
        { 'mcp-session-id': id },
      )
    for (let index = 0; index < MAX_SUBSCRIPTIONS; index += 1) await (await subscribe(index)).text()
    expect(await (await subscribe(MAX_SUBSCRIPTIONS)).json()).toMatchObject({
      error: { data: { code: 'SUBSCRIPTION_LIMIT' } },
    })
  })

  it('gives the stream of changes to the newest connection of a session', async () => {
    const { id } = await openSession(nexus)
    const stop = new AbortController()
    const first = await open(id, stop.signal)
    const second = await open(id, stop.signal)
    expect(await first.text()).toBe('id: 0-0\nretry: 500\ndata:\n\n')
    expect(second.status).toBe(200)
    stop.abort()
  })

  it('refuses a request id that is in flight already', async () => {
    const { id } = await openSession(nexus, { version: '2025-03-26' })
    const both = post(nexus, [callOfFive('hang'), callOfFive('echo')], { 'mcp-session-id': id })
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } }
    const timer = setInterval(() => void post(nexus, cancel, { 'mcp-session-id': id }), 50)
    const answers = await (await both).json()
    clearInterval(timer)
    expect(answers).toMatchObject([
      { id: 5, error: { data: { code: 'CALL_CANCELLED' } } },
      { id: 5, error: { code: -32600 } },
    ])
  })

  it('an answer to a question counts only from the session that was asked', async () => {
    // Of its own: an upstream that has just dropped a call of another session is asked no question for a while.
    await using fresh = await startGateway()
    fresh.add(processUpstream('wild', WILD))
    const capabilities = { elicitation: {} }
    const alice = await openSession(fresh, { capabilities })
    const bob = await openSession(fresh, { capabilities, token: 'bob' })
    const call = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'elicit', arguments: {} } }
    const answer = await post(fresh, call, { 'mcp-session-id': alice.id })
    await post(fresh, reply({ name: 'Mallory' }), { 'mcp-session-id': bob.id }, 'bob')
    await post(fresh, reply({ name: 'Ada' }), { 'mcp-session-id': alice.id })
    const events = await readEvents(answer, (seen) => seen.length === 2)
    expect(events[0]).toMatchObject({ id: 'nexus-1', method: 'elicitation/create' })
    expect(JSON.stringify(events[1])).toContain('Ada')
    expect(JSON.stringify(events[1])).not.toContain('Mallory')
  })

  it('the longest unused session of a principal gives way when there are too many', async () => {
    const first = await openSession(nexus, { token: 'bob' })
    for (let index = 0; index < MAX_SESSIONS_PER_PRINCIPAL; index += 1) await openSession(nexus, { token: 'bob' })
    const answer = await post(nexus, { jsonrpc: '2.0', id: 1, method: 'ping' }, { 'mcp-session-id': first.id }, 'bob')
    expect(answer.status).toBe(404)
    const own = nexus.gateway.connections().filter(({ principalId }) => principalId === 'token:bob')
    expect(own).toHaveLength(MAX_SESSIONS_PER_PRINCIPAL)
    const { id } = await openSession(nexus)
    expect((await ping(id)).status).toBe(200)
  })
})
