// oxlint-disable typescript/no-unsafe-type-assertion -- what comes off the wire is checked by the assertions
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { processUpstream, type RunningGateway, startGateway, WILD, WORKSPACE } from './harness.ts'
import { connectLegacy, connectModern, textOf } from './sdk-clients.ts'
import { modern, openSession, post, readEvents } from './wire.ts'

describe('virtual servers [G4]', () => {
  let nexus: RunningGateway
  beforeEach(async () => {
    nexus = await startGateway()
    nexus.add(processUpstream('one', WILD))
    nexus.add(processUpstream('two', WILD))
  })
  afterEach(() => nexus[Symbol.asyncDispose]())

  const names = async (path: string) => {
    const client = await connectModern(`${nexus.url}${path}`)
    const { tools } = await client.listTools()
    await client.close()
    return tools.map(({ name }) => name)
  }

  it('shows exactly the chosen tools, renamed and described as chosen', async () => {
    const { virtualServers } = nexus.gateway
    const row = await virtualServers.create(WORKSPACE, {
      name: 'desk',
      title: 'Desk',
      tools: [
        { upstream: 'one', tool: 'echo', as: 'say', description: 'Says it again.' },
        { upstream: 'two', tool: 'pid' },
      ],
    })
    const client = await connectModern(`${nexus.url}/v/desk/mcp`)
    expect((await client.listTools()).tools).toMatchObject([
      { name: 'pid' },
      { name: 'say', description: 'Says it again.' },
    ])
    expect((await client.listResources()).resources).toEqual([])
    expect(textOf(await client.callTool({ name: 'say', arguments: { x: 1 } }))).toBe('{"x":1}')
    await expect(client.callTool({ name: 'echo', arguments: {} })).rejects.toMatchObject({ code: -32602 })
    expect(await virtualServers.preview(row)).toEqual({
      effective: [
        { exposed: 'pid', upstream: 'two', tool: 'pid' },
        { exposed: 'say', upstream: 'one', tool: 'echo' },
      ],
      offers: { tools: 2, prompts: 0, resources: 0, resourceTemplates: 0 },
      problems: [],
    })
    await client.close()
  })

  it('takes everything of an upstream with *', async () => {
    await nexus.gateway.virtualServers.create(WORKSPACE, {
      name: 'all-of-one',
      title: 'One',
      prefixMode: 'always',
      tools: [{ upstream: 'one', tool: '*' }],
    })
    expect(await names('/v/all-of-one/mcp')).toContain('one__echo')
    const { result } = (await (await modern(nexus, 'resources/list', {}, { path: '/v/all-of-one/mcp' })).json()) as {
      result: { resources: unknown[] }
    }
    expect(result.resources).toHaveLength(1)
  })

  it('tells connected clients of both eras when it is edited', async () => {
    const { virtualServers } = nexus.gateway
    await virtualServers.create(WORKSPACE, { name: 'live', title: 'Live', tools: [{ upstream: 'one', tool: 'echo' }] })
    const client = await connectLegacy(`${nexus.url}/v/live/mcp`)
    const told = new Promise<void>((resolve) =>
      client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve()),
    )
    const stop = new AbortController()
    const listen = await modern(
      nexus,
      'subscriptions/listen',
      { notifications: { toolsListChanged: true } },
      { path: '/v/live/mcp', signal: stop.signal },
    )
    const events = readEvents(listen, (seen) => seen.length === 2)
    expect(await client.listTools()).toMatchObject({ tools: [{ name: 'echo' }] })
    await expect.poll(() => nexus.gateway.connections().length).toBe(2)
    await virtualServers.update(WORKSPACE, 'live', { tools: [{ upstream: 'two', tool: 'pid' }] })
    await told
    expect(await client.listTools()).toMatchObject({ tools: [{ name: 'pid' }] })
    expect(await events).toEqual([
      {
        jsonrpc: '2.0',
        method: 'notifications/subscriptions/acknowledged',
        params: { notifications: { toolsListChanged: true }, _meta: { 'io.modelcontextprotocol/subscriptionId': 7 } },
      },
      {
        jsonrpc: '2.0',
        method: 'notifications/tools/list_changed',
        params: { _meta: { 'io.modelcontextprotocol/subscriptionId': 7 } },
      },
    ])
    stop.abort()
    await client.close()
  })

  it('is gone with its removal, for open sessions too', async () => {
    const { virtualServers } = nexus.gateway
    await virtualServers.create(WORKSPACE, {
      name: 'short',
      title: 'Short',
      tools: [{ upstream: 'one', tool: 'echo' }],
    })
    const { id } = await openSession(nexus, { path: '/v/short/mcp' })
    await virtualServers.remove(WORKSPACE, 'short')
    const answer = await post(
      nexus,
      { jsonrpc: '2.0', id: 2, method: 'tools/list' },
      { 'mcp-session-id': id },
      'alice',
      '/v/short/mcp',
    )
    expect(answer.status).toBe(404)
  })

  it.each([
    ['a name with capitals', { name: 'Desk', title: 'x', tools: [] }, 'VIRTUAL_SERVER_INVALID'],
    ['a member it does not know', { name: 'desk', title: 'x', tools: [], more: 1 }, 'VIRTUAL_SERVER_INVALID'],
    [
      'one name for two tools',
      {
        name: 'desk',
        title: 'x',
        tools: [
          { upstream: 'one', tool: 'a', as: 'n' },
          { upstream: 'one', tool: 'b', as: 'n' },
        ],
      },
      'VIRTUAL_SERVER_INVALID',
    ],
    [
      'one tool twice',
      {
        name: 'desk',
        title: 'x',
        tools: [
          { upstream: 'one', tool: 'a' },
          { upstream: 'one', tool: 'a' },
        ],
      },
      'VIRTUAL_SERVER_INVALID',
    ],
    ['a name that is taken', { name: 'taken', title: 'x', tools: [] }, 'VIRTUAL_SERVER_TAKEN'],
  ])('refuses %s', async (_what, request, code) => {
    await nexus.gateway.virtualServers.create(WORKSPACE, { name: 'taken', title: 'Taken', tools: [] })
    await expect(nexus.gateway.virtualServers.create(WORKSPACE, request)).rejects.toMatchObject({ code })
  })

  it('hides servers of other workspaces', async () => {
    await nexus.gateway.virtualServers.create(WORKSPACE, { name: 'mine', title: 'Mine', tools: [] })
    await expect(nexus.gateway.virtualServers.update('workspace-2', 'mine', { title: 'Yours' })).rejects.toMatchObject({
      code: 'VIRTUAL_SERVER_UNKNOWN',
    })
    await expect(nexus.gateway.virtualServers.remove('workspace-2', 'mine')).rejects.toMatchObject({
      code: 'VIRTUAL_SERVER_UNKNOWN',
    })
  })

  it('shows a chosen tool that is not there and a name that two tools want', async () => {
    const { virtualServers } = nexus.gateway
    const row = await virtualServers.create(WORKSPACE, {
      name: 'odd',
      title: 'Odd',
      prefixMode: 'never',
      tools: [
        { upstream: 'one', tool: 'echo' },
        { upstream: 'two', tool: 'echo' },
        { upstream: 'one', tool: 'nothing' },
        { upstream: 'three', tool: 'x' },
      ],
    })
    const { effective, problems } = await virtualServers.preview(row)
    expect(effective).toEqual([{ exposed: 'echo', upstream: 'one', tool: 'echo' }])
    expect(problems.map(({ code }) => code).toSorted()).toEqual([
      'NAME_COLLISION',
      'TOOL_UNKNOWN',
      'UPSTREAM_UNREACHABLE',
    ])
  })

  it('keeps names when another upstream with the same tools comes and goes', async () => {
    const fresh = await startGateway()
    fresh.add(processUpstream('first', WILD))
    const client = await connectModern(`${fresh.url}/mcp`)
    const list = async () => (await client.listTools()).tools.map(({ name }) => name)
    expect(await list()).toContain('echo')
    const second = processUpstream('second', WILD)
    const registration = fresh.gateway.upstreams.add(second)
    const both = await list()
    expect(both).toContain('echo')
    expect(both).toContain('second__echo')
    registration[Symbol.dispose]()
    await second[Symbol.asyncDispose]()
    expect(await list()).toContain('echo')
    expect((await fresh.store.exposedNames.list(WORKSPACE)).find(({ exposed }) => exposed === 'echo')?.label).toBe(
      'first',
    )
    await client.close()
    await fresh[Symbol.asyncDispose]()
  })
})

describe('changes of the installed set [G2]', () => {
  it('reach legacy and modern clients when an upstream changes its tools, comes or goes', async () => {
    const nexus = await startGateway()
    nexus.add(processUpstream('one', WILD))
    const client = await connectLegacy(`${nexus.url}/mcp`)
    let notices = 0
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void (notices += 1))
    await client.callTool({ name: 'grow' })
    await expect.poll(() => notices).toBeGreaterThan(0)
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('grown_11')
    const before = notices
    nexus.add(processUpstream('two', WILD))
    await expect.poll(() => notices).toBeGreaterThan(before)
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('two__echo')
    await client.close()
    await nexus[Symbol.asyncDispose]()
  })

  it('updates of a resource reach only who subscribed to it', async () => {
    const nexus = await startGateway()
    nexus.add(processUpstream('one', WILD))
    const stop = new AbortController()
    const subscribe = { notifications: { resourceSubscriptions: ['wild://cancelled'] } }
    const wanted = await modern(nexus, 'subscriptions/listen', subscribe, { signal: stop.signal })
    const [acknowledged, updated] = await readEvents(wanted, (events) => events.length === 2)
    expect(acknowledged).toMatchObject({ params: { notifications: { resourceSubscriptions: ['wild://cancelled'] } } })
    expect(updated).toMatchObject({ method: 'notifications/resources/updated', params: { uri: 'wild://cancelled' } })
    stop.abort()
    await expect.poll(() => nexus.gateway.connections().length).toBe(0)
    await nexus[Symbol.asyncDispose]()
  })
})
