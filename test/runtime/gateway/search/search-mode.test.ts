import type { JsonObject } from '@nexus/plugin-api'
import { beforeAll, describe, expect, it } from 'vitest'
import { type RunningGateway, startGateway, WORKSPACE } from '../harness.ts'
import { scriptedUpstream, tool } from '../scripted-upstream.ts'
import { connectLegacy, connectModern } from '../sdk-clients.ts'

const TOPICS = ['invoice', 'calendar', 'weather', 'ticket', 'database', 'image', 'mail', 'contact']
const VERBS = ['create', 'read', 'update', 'delete', 'list', 'export', 'archive', 'share', 'copy', 'rename']
const OBJECTS: Readonly<Record<string, string>> = { invoice: 'bill for a customer', mail: 'letter in the mailbox' }

/** Eighty tools in the manner of real servers. */
const tools = TOPICS.flatMap((topic) =>
  VERBS.map((verb) =>
    tool(`${verb}_${topic}`, {
      description: `${verb[0]?.toUpperCase()}${verb.slice(1)}s a ${OBJECTS[topic] ?? topic}.`,
      inputSchema: { type: 'object', properties: { id: { type: 'string', description: `The ${topic}.` } } },
    }),
  ),
)

let nexus: RunningGateway

beforeAll(async () => {
  nexus = await startGateway()
  const office = scriptedUpstream('office', { tools })
  office.answer(({ params }) => ({
    content: [{ type: 'text', text: `${JSON.stringify(params?.['name'])} ${JSON.stringify(params?.['arguments'])}` }],
  }))
  nexus.add(office)
  const make = (name: string, more: object = {}) =>
    nexus.gateway.virtualServers.create(WORKSPACE, {
      name,
      title: name,
      tools: [{ upstream: 'office', tool: '*' }],
      ...more,
    })
  await make('large')
  await make('listed', { toolSearch: { mode: 'never' } })
  await make('patient', { toolSearch: { mode: 'auto', above: 100 } })
  return () => nexus[Symbol.asyncDispose]()
})

const open = (server: string, token = 'alice') => connectModern(`${nexus.url}/v/${server}/mcp`, token)

async function ask(server: string, name: string, args: JsonObject, token?: string): Promise<JsonObject> {
  const client = await open(server, token)
  const result = await client.callTool({ name, arguments: args })
  await client.close()
  const [block] = result.content as readonly { readonly text: string }[]
  return JSON.parse(block?.text ?? 'null') as JsonObject
}

const namesIn = (answer: JsonObject) =>
  (answer['tools'] as readonly { readonly name: string }[]).map(({ name }) => name)

async function listed(server: string): Promise<readonly string[]> {
  const client = await open(server)
  const { tools: found } = await client.listTools()
  await client.close()
  return found.map(({ name }) => name)
}

describe('a virtual server with many tools [G5]', () => {
  it('offers three tools in place of the list, above its threshold only', async () => {
    expect(await listed('large')).toEqual(['call_tool', 'describe_tools', 'search_tools'])
    expect(await listed('listed')).toHaveLength(80)
    expect(await listed('patient')).toHaveLength(80)
  })

  it('leaves the server of the workspace as it is', async () => {
    const client = await connectModern(`${nexus.url}/mcp`, 'alice')
    expect((await client.listTools()).tools).toHaveLength(80)
    await client.close()
  })

  it('offers the same to clients of both eras', async () => {
    const client = await connectLegacy(`${nexus.url}/v/large/mcp`)
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('search_tools')
    await client.close()
  })

  it.each([
    ['create invoice', 'create_invoice'],
    ['creat invoic', 'create_invoice'],
    ['bill for a customer archive', 'archive_invoice'],
    ['rename image', 'rename_image'],
  ])('finds by %j what is meant', async (query, name) => {
    const found = namesIn(await ask('large', 'search_tools', { query, limit: 5 }))
    expect(found[0]).toBe(name)
    expect(found.length).toBeLessThanOrEqual(5)
  })

  it('describes tools in full, and says which it does not know', async () => {
    const answer = await ask('large', 'describe_tools', { names: ['read_mail', 'nothing'] })
    expect(answer).toMatchObject({
      tools: [{ name: 'read_mail', inputSchema: { type: 'object' } }],
      unknown: ['nothing'],
    })
  })

  it('calls a tool as if the client had named it: the same audit, the same rules', async () => {
    const client = await open('large')
    const result = await client.callTool({
      name: 'call_tool',
      arguments: { name: 'read_mail', arguments: { id: '7' } },
    })
    expect(result.content).toEqual([{ type: 'text', text: '"read_mail" {"id":"7"}' }])
    expect(nexus.events.at(-1)).toMatchObject({ action: 'tool.called', target: expect.stringContaining(':read_mail') })
    nexus.policy.denied.add('read_mail')
    const denied = client.callTool({ name: 'call_tool', arguments: { name: 'read_mail' } })
    await expect(denied).rejects.toMatchObject({ data: { code: 'POLICY_DENIED' } })
    nexus.policy.denied.clear()
    await client.close()
  })

  it('neither finds nor describes what the caller may not see', async () => {
    nexus.policy.hidden.add('create_invoice')
    expect(namesIn(await ask('large', 'search_tools', { query: 'create invoice' }))).not.toContain('create_invoice')
    expect(await ask('large', 'describe_tools', { names: ['create_invoice'] })).toEqual({
      tools: [],
      unknown: ['create_invoice'],
    })
    nexus.policy.hidden.clear()
  })

  it.each([
    ['search_tools', {}],
    ['search_tools', { query: 'x'.repeat(401) }],
    ['search_tools', { query: 'x', limit: 0 }],
    ['describe_tools', { names: [] }],
    ['describe_tools', { names: [{ toString: 1 }] }],
    ['describe_tools', { names: 'read_mail' }],
    ['call_tool', { name: 'read_mail', arguments: 'all' }],
  ])('refuses %s with %j', async (name, args) => {
    await expect(ask('large', name, args)).rejects.toMatchObject({ data: { code: 'PARAMS_INVALID' } })
  })

  it('says of an unknown tool what it says without search', async () => {
    await expect(ask('large', 'call_tool', { name: 'nothing' })).rejects.toMatchObject({
      data: { code: 'TOOL_UNKNOWN' },
    })
  })
})
