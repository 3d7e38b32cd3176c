import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDefinitionDesk } from '../../../../runtime/src/gateway/drift/index.ts'
import { type RunningGateway, WORKSPACE, processUpstream, startGateway } from '../harness.ts'
import { type ScriptedUpstream, scriptedUpstream, tool } from '../scripted-upstream.ts'
import { META, modern, readEvents } from '../wire.ts'
import { ADMIN } from './review-host.ts'

let nexus: RunningGateway
let upstream: ScriptedUpstream
beforeEach(async () => {
  nexus = await startGateway({ reviews: true })
  upstream = scriptedUpstream('files', { tools: [tool('read')] })
  nexus.add(upstream)
})
afterEach(() => nexus[Symbol.asyncDispose]())

async function list(): Promise<readonly (readonly [string, string])[]> {
  const response = await modern(nexus, 'tools/list')
  const body: { result: { tools: { name: string; description: string }[] } } = JSON.parse(await response.text())
  return body.result.tools.map(({ name, description }) => [name, description])
}
const call = async (name: string): Promise<{ result?: unknown; error?: { code: number } }> =>
  JSON.parse(await (await modern(nexus, 'tools/call', { name, arguments: {} })).text())

async function approveAll(): Promise<void> {
  const { store, review, events } = nexus
  if (review === undefined) throw new Error('no review')
  const desk = createDefinitionDesk({ store, review, audit: { record: (event) => void events.push(event) } })
  for (const row of await desk.held(WORKSPACE)) {
    await desk.approve(ADMIN, { ...row, digest: row.heldDigest ?? '' }, 'request')
  }
}

describe('clients of a server that changes [G8]', () => {
  it('go on under the old definition, do not see new tools, and are told on approval', async () => {
    expect(await list()).toEqual([['read', 'Does read.']])
    upstream.offer({ tools: [tool('read', { description: 'Another text.' }), tool('fresh')] })
    await vi.waitFor(async () => {
      expect(await list()).toEqual([['read', 'Does read.']])
      expect((await nexus.store.definitions.heldOf(WORKSPACE)).length).toBe(2)
    }, 5_000)
    expect(await call('read')).toMatchObject({ result: { content: [] } })
    expect(await call('fresh')).toMatchObject({ error: { code: -32602 } })

    const stop = new AbortController()
    const listening = await modern(
      nexus,
      'subscriptions/listen',
      { _meta: META, notifications: { toolsListChanged: true } },
      { signal: stop.signal },
    )
    const heard = readEvents(listening, (events) =>
      events.some(({ method }) => method === 'notifications/tools/list_changed'),
    )
    await approveAll()
    await heard
    stop.abort()
    expect(await list()).toEqual([
      ['fresh', 'Does fresh.'],
      ['read', 'Another text.'],
    ])
    expect(await call('fresh')).toMatchObject({ result: { content: [] } })
  })

  it('cannot reach a held tool through a plugin either', async () => {
    await list()
    upstream.offer({ tools: [tool('read'), tool('fresh')] })
    const relay = (name: string) =>
      nexus.gateway.relay({
        principal: ADMIN,
        pluginId: upstream.pluginId,
        tool: name,
        arguments: {},
        requestId: 'request',
        signal: AbortSignal.timeout(5_000),
        ancestry: { depth: 1, chain: [] },
      })
    expect(await relay('read')).toMatchObject({ content: [] })
    await expect(relay('fresh')).rejects.toMatchObject({ code: 'TOOL_UNKNOWN' })
  })
})

describe('a server that turns bad once it is trusted [G8]', () => {
  const DRIFTING = 'test/fixtures/mcp/drifting-stdio.ts'
  const heldCodes = async () =>
    (await nexus.store.definitions.heldOf(WORKSPACE)).map(({ name, flags }) => [name, flags.map(({ code }) => code)])
  const bad = [
    ['add_numbers', ['HIDDEN_CHARACTERS', 'HIDES_FROM_USER', 'ASKS_FOR_SECRETS']],
    ['send_report', []],
  ]
  const described = (text: string) => async () =>
    expect((await list()).filter(([name]) => name !== 'read')).toEqual([['add_numbers', text]])

  it('goes on being called under the words that were agreed to, also after a start', async () => {
    const first = processUpstream('drifting', DRIFTING)
    nexus.add(first)
    await described('Adds numbers.')()
    expect(await call('add_numbers')).toMatchObject({ result: { content: [{ text: '3' }] } })
    await vi.waitFor(async () => {
      await list()
      expect(await heldCodes()).toEqual(bad)
    }, 10_000)
    await described('Adds numbers.')()
    expect(await call('add_numbers')).toMatchObject({ result: { content: [{ text: '3' }] } })
    expect(await call('send_report')).toMatchObject({ error: { code: -32602 } })

    // Another host on the same store, whose process has turned already.
    await using again = await startGateway({ reviews: true, store: nexus.store })
    again.add(processUpstream('drifting', DRIFTING, ['turned']))
    const response = await modern(again, 'tools/list')
    expect(JSON.parse(await response.text())).toMatchObject({
      result: { tools: [{ name: 'add_numbers', description: 'Adds numbers.' }] },
    })
  })
})
