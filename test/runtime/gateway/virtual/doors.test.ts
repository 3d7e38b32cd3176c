// oxlint-disable typescript/no-unsafe-type-assertion -- what comes off the wire is checked by the assertions
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CallRates } from '../../../../runtime/src/gateway/virtual/call-rates.ts'
import { mayEnter, judgeAtDoor } from '../../../../runtime/src/gateway/virtual/server-door.ts'
import type { VirtualServerRow } from '../../../../runtime/src/store/virtual-server-row.ts'
import { principal, type RunningGateway, startGateway, WORKSPACE } from '../harness.ts'
import { connectLegacy } from '../sdk-clients.ts'
import { modern, openSession, post } from '../wire.ts'
import { type EchoUpstream, echoUpstream, notes, tickets } from './echo-upstream.ts'

interface Answer {
  readonly result?: Record<string, Record<string, unknown>[]>
  readonly error?: { readonly code: number; readonly message: string; readonly data?: Record<string, unknown> }
}

let nexus: RunningGateway
let desk: EchoUpstream

beforeEach(async () => {
  nexus = await startGateway()
  desk = echoUpstream('tickets', tickets)
  nexus.add(desk)
  nexus.add(echoUpstream('notes', notes))
})
afterEach(() => nexus[Symbol.asyncDispose]())

const ask = async (method: string, params: object = {}, token = 'alice'): Promise<Answer> =>
  (await (await modern(nexus, method, { ...params }, { path: '/v/desk/mcp', token })).json()) as Answer
const make = (definition: object) =>
  nexus.gateway.virtualServers.create(WORKSPACE, {
    name: 'desk',
    title: 'Desk',
    tools: [
      { upstream: 'tickets', tool: '*' },
      { upstream: 'notes', tool: '*' },
    ],
    ...definition,
  })
const names = async (token?: string) => (await ask('tools/list', {}, token)).result?.['tools']?.map(({ name }) => name)
const denied = () => nexus.events.filter(({ outcome }) => outcome === 'denied')

describe('who may use a virtual server [G4]', () => {
  it('is told what a stranger is told when it is not for them', async () => {
    await make({ access: { principals: ['token:alice'] } })
    const refused = await modern(nexus, 'tools/list', {}, { path: '/v/desk/mcp', token: 'bob' })
    const unknown = await modern(nexus, 'tools/list', {}, { path: '/v/desc/mcp', token: 'bob' })
    expect([refused.status, unknown.status]).toEqual([404, 404])
    const words = async (response: Response) =>
      ((await response.json()) as Answer).error?.message.replaceAll(/desk|desc/g, '…')
    expect(await words(refused)).toBe(await words(unknown))
    expect(await names()).toContain('search_issues')
  })

  it('shuts open sessions of whom it is taken from, and tells them nothing more', async () => {
    await make({})
    const { id } = await openSession(nexus, { path: '/v/desk/mcp' })
    const list = () =>
      post(nexus, { jsonrpc: '2.0', id: 2, method: 'tools/list' }, { 'mcp-session-id': id }, 'alice', '/v/desk/mcp')
    expect((await list()).status).toBe(200)
    await nexus.gateway.virtualServers.update(WORKSPACE, 'desk', { access: { principals: ['token:bob'] } })
    expect((await list()).status).toBe(404)
  })

  it('is everybody, or whom roles and ids name, tokens of a named person among them', () => {
    const row = { access: {} } as VirtualServerRow
    const of = (access: VirtualServerRow['access']) => ({ ...row, access })
    const mira = { ...principal('token:1'), userId: 'mira' }
    expect(mayEnter(of({}), mira)).toBe(true)
    expect(mayEnter(of({ roles: ['auditor'] }), mira)).toBe(false)
    expect(mayEnter(of({ roles: ['auditor', 'member'] }), mira)).toBe(true)
    expect(mayEnter(of({ principals: ['user:mira'] }), mira)).toBe(true)
    expect(mayEnter(of({ principals: ['token:1'] }), mira)).toBe(true)
    expect(mayEnter(of({ principals: ['user:other'] }), mira)).toBe(false)
  })
})

describe('rules of a virtual server [G4]', () => {
  it('hide and deny what a deny rule names, for whom it names, and write it down', async () => {
    await make({ rules: [{ effect: 'deny', principals: ['token:bob'], annotations: { destructiveHint: true } }] })
    expect(await names('alice')).toContain('drop_project')
    expect(await names('bob')).toEqual(['create_issue', 'search_issues', 'search_notes'])
    const refused = await ask('tools/call', { name: 'drop_project' }, 'bob')
    expect(refused.error).toMatchObject({ code: -32010, data: { code: 'POLICY_DENIED', rule: 'server:desk:1' } })
    expect(desk.asked).toEqual([])
    expect(denied()).toMatchObject([
      {
        actor: 'token:bob',
        action: 'tool.denied',
        target: 'nexus/tickets:drop_project',
        details: { rule: 'server:desk:1' },
      },
    ])
  })

  it('limit to what an allow rule names, of its kinds only', async () => {
    await make({ rules: [{ effect: 'allow', kinds: ['tool'], upstream: 'notes' }] })
    expect(await names()).toEqual(['search_notes', 'write_note'])
    expect((await ask('resources/list')).result?.['resources']).toHaveLength(3)
  })

  it('keep from completion what they deny, as does what policy hides', async () => {
    await make({
      rules: [
        { effect: 'deny', kinds: ['prompt'], name: 'triage' },
        { effect: 'deny', kinds: ['resourceTemplate'], principals: ['token:bob'] },
        { effect: 'deny', kinds: ['resource'], name: 'tickets://secret/*' },
      ],
    })
    nexus.policy.hidden.add('summary').add('tickets://open')
    const complete = async (ref: object, token = 'alice') =>
      (await ask('completion/complete', { ref, argument: { name: 'a', value: '' } }, token)).error?.code
    expect(await complete({ type: 'ref/prompt', name: 'triage' })).toBe(-32602)
    expect(await complete({ type: 'ref/prompt', name: 'summary' })).toBe(-32602)
    expect(await complete({ type: 'ref/resource', uri: 'tickets://secret/1' })).toBe(-32602)
    expect(await complete({ type: 'ref/resource', uri: 'tickets://open' })).toBe(-32602)
    expect(await complete({ type: 'ref/resource', uri: 'tickets://{+path}' }, 'bob')).toBe(-32602)
    expect(desk.asked).toEqual([])
    expect(await complete({ type: 'ref/resource', uri: 'tickets://{+path}' })).toBeUndefined()
    expect(desk.asked).toHaveLength(1)
  })

  it('keep changes of a resource from whom policy keeps the resource', async () => {
    await make({})
    nexus.policy.hidden.add('tickets://open')
    const { id } = await openSession(nexus, { path: '/v/desk/mcp' })
    const subscribe = { jsonrpc: '2.0', id: 2, method: 'resources/subscribe', params: { uri: 'tickets://open' } }
    const answer = await post(nexus, subscribe, { 'mcp-session-id': id }, 'alice', '/v/desk/mcp')
    expect(((await answer.json()) as Answer).error?.code).toBe(-32002)
    expect(desk.asked).toEqual([])
  })

  it('deny prompts and resources in lists, reads and subscriptions', async () => {
    await make({
      rules: [
        { effect: 'deny', kinds: ['prompt'], name: 'triage' },
        { effect: 'deny', kinds: ['resource'], name: 'tickets://secret/*' },
      ],
    })
    expect((await ask('prompts/list')).result?.['prompts']).toEqual([{ name: 'summary' }])
    expect((await ask('prompts/get', { name: 'triage' })).error?.code).toBe(-32010)
    expect((await ask('resources/read', { uri: 'tickets://secret/1' })).error?.code).toBe(-32010)
    expect((await ask('resources/read', { uri: 'tickets://open' })).error).toBeUndefined()
    const { id } = await openSession(nexus, { path: '/v/desk/mcp' })
    const subscribed = await post(
      nexus,
      { jsonrpc: '2.0', id: 2, method: 'resources/subscribe', params: { uri: 'tickets://secret/1' } },
      { 'mcp-session-id': id },
      'alice',
      '/v/desk/mcp',
    )
    expect(await subscribed.text()).toContain('RESOURCE_UNKNOWN')
  })

  it('never open what the workspace denies', async () => {
    await make({ rules: [{ effect: 'allow', name: '*' }] })
    nexus.policy.hidden.add('drop_project')
    nexus.policy.denied.add('drop_project')
    expect(await names()).not.toContain('drop_project')
    expect((await ask('tools/call', { name: 'drop_project' })).error).toMatchObject({ data: { rule: 'rule-1' } })
  })

  it('read deny before allow, whatever their order', () => {
    const server = {
      name: 'x',
      exclude: [],
      rules: [
        { effect: 'allow', name: '*' },
        { effect: 'deny', name: 'a' },
      ],
    } as unknown as VirtualServerRow
    const entry = { kind: 'tool', upstream: { label: 'u' }, key: 'a', entry: {} } as const
    expect(judgeAtDoor(server, principal('p'), entry).effect).toBe('deny')
    expect(judgeAtDoor(server, principal('p'), { ...entry, key: 'b' }).effect).toBe('allow')
  })
})

describe('the limits of a virtual server [G4]', () => {
  it('refuse with a code and the time to wait, write it down, and leave other callers alone', async () => {
    await make({ rate: { perPrincipal: 2 } })
    const call = (token?: string) => ask('tools/call', { name: 'search_notes' }, token)
    expect((await call()).error).toBeUndefined()
    expect((await ask('resources/read', { uri: 'notes://1' })).error).toBeUndefined()
    const refused = await call()
    expect(refused.error?.data).toMatchObject({ code: 'SERVER_RATE_LIMITED', perMinute: 2 })
    expect(refused.error?.data?.['retryAfterMs']).toBeGreaterThan(0)
    expect(refused.error?.data?.['retryAfterMs']).toBeLessThanOrEqual(30_000)
    expect(denied()).toMatchObject([{ details: { rule: 'server:rate', code: 'SERVER_RATE_LIMITED' } }])
    expect((await call('bob')).error).toBeUndefined()
    expect(await names()).toContain('search_notes')
  })

  it('fill up evenly, hold a minute at most, and take nothing for what was refused', () => {
    let now = 0
    const rates = new CallRates(() => now)
    const server = { id: 's', name: 'desk', rate: { perPrincipal: 3, total: 4 } } as VirtualServerRow
    const take = (who: string) => {
      try {
        rates.take(server, principal(who))
        return true
      } catch {
        return false
      }
    }
    expect([take('a'), take('a'), take('a'), take('a')]).toEqual([true, true, true, false])
    expect([take('b'), take('b')]).toEqual([true, false])
    now += 20_000
    expect([take('a'), take('a')]).toEqual([true, false])
    now += 3_600_000
    expect([take('a'), take('a'), take('a'), take('a'), take('b'), take('b')]).toEqual([
      true,
      true,
      true,
      false,
      true,
      false,
    ])
  })
})

describe('a virtual server that is edited [G4]', () => {
  it('shows clients the new list with the first request after the change', async () => {
    await make({ tools: [{ upstream: 'tickets', tool: 'search_issues' }] })
    const client = await connectLegacy(`${nexus.url}/v/desk/mcp`)
    const told = new Promise<void>((resolve) =>
      client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve()),
    )
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['search_issues'])
    for (const prefixMode of ['always', 'never', 'always'] as const) {
      await nexus.gateway.virtualServers.update(WORKSPACE, 'desk', { prefixMode })
      const [tool] = (await client.listTools()).tools
      expect(tool?.name).toBe(prefixMode === 'always' ? 'tickets__search_issues' : 'search_issues')
    }
    await told
    await client.close()
  })

  it('refuses the second of two editors', async () => {
    const { virtualServers } = nexus.gateway
    const { revision } = await make({})
    expect((await virtualServers.update(WORKSPACE, 'desk', { title: 'One', revision })).revision).toBe(revision + 1)
    await expect(virtualServers.update(WORKSPACE, 'desk', { title: 'Two', revision })).rejects.toMatchObject({
      code: 'VIRTUAL_SERVER_CHANGED',
      details: { revision: revision + 1 },
    })
    expect((await virtualServers.get(WORKSPACE, 'desk')).title).toBe('One')
  })

  it('refuses one of two changes that meet in the store', async () => {
    const { virtualServers } = nexus.gateway
    await make({})
    const outcomes = await Promise.allSettled([
      virtualServers.update(WORKSPACE, 'desk', { title: 'One' }),
      virtualServers.update(WORKSPACE, 'desk', { description: 'Two' }),
    ])
    const { title, description, revision } = await virtualServers.get(WORKSPACE, 'desk')
    const applied = outcomes.filter(({ status }) => status === 'fulfilled').length
    expect(revision).toBe(1 + applied)
    expect([title === 'One', description === 'Two'].filter(Boolean)).toHaveLength(applied)
  })

  it('changes on other nodes of the host too, whose clients are told', { timeout: 30_000 }, async () => {
    await make({ tools: [{ upstream: 'tickets', tool: 'search_issues' }] })
    await using other = await startGateway({ store: nexus.store })
    other.add(echoUpstream('tickets', tickets))
    const client = await connectLegacy(`${other.url}/v/desk/mcp`)
    const list = async () => (await client.listTools()).tools.map(({ name }) => name)
    // An earlier notice may be of the upstream that was just added.
    const told = new Promise<void>((resolve) =>
      client.setNotificationHandler(ToolListChangedNotificationSchema, async () => {
        if ((await list())[0] === 'create_issue') resolve()
      }),
    )
    expect(await list()).toEqual(['search_issues'])
    await nexus.gateway.virtualServers.update(WORKSPACE, 'desk', {
      tools: [{ upstream: 'tickets', tool: 'create_issue' }],
    })
    await told
    expect(await list()).toEqual(['create_issue'])
    await client.close()
    await nexus.gateway.virtualServers.remove(WORKSPACE, 'desk')
    const status = async () =>
      (
        await other.fetch('/v/desk/mcp', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{}',
        })
      ).status
    await expect.poll(status, { timeout: 15_000 }).toBe(404)
  })

  it('leaves its clone alone', async () => {
    const { virtualServers } = nexus.gateway
    await make({ rate: { total: 5 }, exclude: [{ name: 'drop_*' }] })
    const made = await virtualServers.clone(WORKSPACE, 'desk', { name: 'desk-2', title: 'Other' })
    expect(made).toMatchObject({ name: 'desk-2', title: 'Other', rate: { total: 5 }, revision: 1 })
    await virtualServers.update(WORKSPACE, 'desk', { exclude: [] })
    expect((await virtualServers.get(WORKSPACE, 'desk-2')).exclude).toEqual([{ name: 'drop_*' }])
    await expect(virtualServers.clone(WORKSPACE, 'desk', { name: 'desk-2' })).rejects.toMatchObject({
      code: 'VIRTUAL_SERVER_TAKEN',
    })
  })
})
