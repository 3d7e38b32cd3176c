// oxlint-disable typescript/no-unsafe-type-assertion -- what a client throws is looked at by the test
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openCallScope } from '../../../../runtime/src/gateway/edge/call-scope.ts'
import { SessionTable } from '../../../../runtime/src/gateway/edge/legacy/session-table.ts'
import type { Session } from '../../../../runtime/src/gateway/edge/legacy/session.ts'
import {
  MAX_SESSIONS,
  MAX_SESSIONS_PER_PRINCIPAL,
  SESSION_IDLE_MS,
  SESSION_SWEEP_MS,
} from '../../../../runtime/src/gateway/limits.ts'
import { ChangeHub } from '../../../../runtime/src/gateway/router/change-hub.ts'
import { createSubscriptions } from '../../../../runtime/src/gateway/router/subscriptions.ts'
import { createViews } from '../../../../runtime/src/gateway/router/views.ts'
import { createUpstreamTable } from '../../../../runtime/src/gateway/upstream/table.ts'
import { openStore } from '../../../../runtime/src/store/open-store.ts'
import { principal, processUpstream, startGateway, WILD } from '../harness.ts'
import { connectLegacy, connectModern, textOf } from '../sdk-clients.ts'

describe('the sessions of a host [G1]', () => {
  let cleanup: AsyncDisposableStack
  let options: ConstructorParameters<typeof SessionTable>[0]
  let table: SessionTable
  beforeEach(async () => {
    cleanup = new AsyncDisposableStack()
    const store = cleanup.use(await openStore({ url: 'sqlite::memory:' }))
    const upstreams = createUpstreamTable()
    const hub = cleanup.use(
      new ChangeHub(
        upstreams,
        createViews(upstreams, store.exposedNames, (upstream, signal) => upstream.catalog(signal)),
      ),
    )
    options = { hub, subscriptions: createSubscriptions(upstreams), selected: () => undefined }
    table = new SessionTable(options)
  })
  afterEach(async () => {
    vi.useRealTimers()
    await table[Symbol.asyncDispose]()
    await cleanup.disposeAsync()
  })

  const open = (who: string): Session =>
    table.open({
      principal: principal(who),
      target: { virtualServer: undefined },
      door: 'streamable',
      protocolVersion: '2025-11-25',
      capabilities: {},
      info: undefined,
    })
  const keepBusy = (session: Session) => void session.begin(1, 'tools/call', openCallScope())
  const fill = () => {
    for (let index = 0; index < MAX_SESSIONS; index += 1)
      open(`token:${Math.floor(index / MAX_SESSIONS_PER_PRINCIPAL)}`)
  }

  it('leave a principal with too many only its own: the one unused for longest gives way', () => {
    const bob = open('token:bob')
    const first = open('token:alice')
    for (let index = 0; index < MAX_SESSIONS_PER_PRINCIPAL * 3; index += 1) open('token:alice')
    expect(table.get(bob.id)).toBe(bob)
    expect(table.get(first.id)).toBeUndefined()
    expect(table.list()).toHaveLength(MAX_SESSIONS_PER_PRINCIPAL + 1)
  })

  it('refuse a principal all of whose sessions are in use, and nobody else', () => {
    for (let index = 0; index < MAX_SESSIONS_PER_PRINCIPAL; index += 1) keepBusy(open('token:alice'))
    expect(() => open('token:alice')).toThrow(/at most/)
    expect(open('token:bob').id).not.toBe('')
  })

  it('let a newcomer in when the host is full, in place of the one unused for longest', () => {
    fill()
    const newcomer = open('token:newcomer')
    expect(table.get(newcomer.id)).toBe(newcomer)
    expect(table.list()).toHaveLength(MAX_SESSIONS)
  })

  it('refuse a newcomer with a code when all of a full host are in use', () => {
    fill()
    for (const session of table.list()) keepBusy(session)
    expect(() => open('token:newcomer')).toThrow(expect.objectContaining({ code: 'SESSION_LIMIT' }))
  })

  it('end when nobody uses them, and stay while a call runs', () => {
    vi.useFakeTimers()
    const timed = new SessionTable(options)
    const { start } = open('token:alice')
    const idle = timed.open(start)
    const busy = timed.open(start)
    keepBusy(busy)
    vi.advanceTimersByTime(SESSION_IDLE_MS + SESSION_SWEEP_MS)
    expect(timed.get(idle.id)).toBeUndefined()
    expect(timed.get(busy.id)).toBe(busy)
  })
})

describe('a host that was started again [G1]', () => {
  it('answers 404 to sessions from before, and takes the same clients in anew', async () => {
    const before = await startGateway()
    before.add(processUpstream('wild', WILD))
    const port = Number(new URL(before.url).port)
    const old = await connectLegacy(`${before.url}/mcp`)
    const stateless = await connectModern(`${before.url}/mcp`)
    await old.callTool({ name: 'echo', arguments: {} })
    await stateless.callTool({ name: 'echo', arguments: {} })
    await before[Symbol.asyncDispose]()
    await using after = await startGateway({ port })
    after.add(processUpstream('wild', WILD))
    // The first attempt may still go out over a connection that the old host has closed.
    const status = () =>
      old.callTool({ name: 'echo', arguments: {} }).then(
        () => 200,
        (error: unknown) => (error as { code?: unknown }).code,
      )
    await expect.poll(status).toBe(404)
    const again = await connectLegacy(`${after.url}/mcp`)
    expect(textOf(await again.callTool({ name: 'echo', arguments: { again: 1 } }))).toBe('{"again":1}')
    // Nothing to forget: a client without a session does not notice.
    expect(textOf(await stateless.callTool({ name: 'echo', arguments: { again: 2 } }))).toBe('{"again":2}')
    await Promise.all([again.close(), stateless.close(), old.close().catch(() => undefined)])
  })
})
