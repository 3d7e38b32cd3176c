import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type Server, createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningHost, startTestHost } from '../../helpers/host.ts'
import { startRemoteServer } from './remote-server.ts'

const modules = resolve(import.meta.dirname, '../../../node_modules')
const inspector = join(modules, '@modelcontextprotocol/inspector/clients/launcher/build/index.js')

let host: RunningHost
let token: string
let scratch: string
let page: Server
let pageHost: string
let remote: Awaited<ReturnType<typeof startRemoteServer>>

/** Runs the real Inspector CLI and gives back what it printed as JSON. */
async function inspect(
  era: 'legacy' | 'modern',
  method: string,
  ...args: readonly string[]
): Promise<Record<string, unknown>> {
  const { promise, resolve: found, reject } = Promise.withResolvers<string>()
  const all = [
    '--cli',
    host.ready.mcpUrl,
    '--transport',
    'http',
    '--protocol-era',
    era,
    '--header',
    `Authorization: Bearer ${token}`,
    '--stored-auth-only',
    '--format',
    'json',
    '--method',
    method,
    ...args,
  ]
  execFile(
    process.execPath,
    [inspector, ...all],
    { env: { PATH: process.env['PATH'], HOME: scratch }, timeout: 60_000 },
    (error, stdout, stderr) =>
      error === null ? found(stdout) : reject(new Error(`${error.message}\n${stdout}\n${stderr}`)),
  )
  const printed: { readonly result: Record<string, unknown> } = JSON.parse(await promise)
  return printed.result
}

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'nexus-clients-'))
  await writeFile(join(scratch, 'note.txt'), 'hello from a file')
  page = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<h1>Title</h1><p>Some <b>text</b>.</p>'),
  )
  await new Promise<void>((listening) => page.listen(0, '127.0.0.1', listening))
  const address = page.address()
  if (address === null || typeof address === 'string') throw new Error('Expected a port.')
  pageHost = `localhost:${address.port}`
  remote = await startRemoteServer()
  host = await startTestHost()
  token = await host.token()
  await host.install('nexus/web', { hosts: [`http://${pageHost}`] }, [pageHost])
  await host.install('nexus/stdio', { package: '@modelcontextprotocol/server-everything@2026.8.31' })
  await host.install('nexus/stdio', {
    command: 'node',
    args: [join(modules, '@modelcontextprotocol/server-filesystem/dist/index.js'), scratch],
    readFolders: [modules],
    writeFolders: [scratch],
  })
  await host.install('nexus/stdio', {
    command: 'node',
    args: [join(modules, '@modelcontextprotocol/server-memory/dist/index.js')],
    readFolders: [modules],
  })
  await host.install('nexus/remote', { url: remote.url }, [new URL(remote.url).host])
})

afterAll(async () => {
  await host?.[Symbol.asyncDispose]()
  await remote?.close()
  page?.close()
  await rm(scratch, { recursive: true, force: true })
})

function names(result: Record<string, unknown>): readonly string[] {
  return (result['tools'] as readonly { readonly name: string }[]).map((tool) => tool.name)
}

function find(all: readonly string[], suffix: string): string {
  const name = all.find((candidate) => candidate === suffix || candidate.endsWith(`__${suffix}`))
  if (name === undefined) throw new Error(`No ${suffix} in ${all.join(', ')}`)
  return name
}

describe.each(['legacy', 'modern'] as const)('MCP Inspector, %s era [G1, G2, G3]', (era) => {
  it('lists the tools of an isolate, of stdio servers and of a remote server', async () => {
    const tools = names(await inspect(era, 'tools/list'))
    for (const tool of ['fetch_page', 'echo', 'read_text_file', 'create_entities', 'remote_add'])
      expect(find(tools, tool)).toBeTypeOf('string')
  })

  it('calls a tool in an isolate', async () => {
    const tools = names(await inspect(era, 'tools/list'))
    const result = await inspect(
      era,
      'tools/call',
      '--tool-name',
      find(tools, 'fetch_page'),
      '--tool-arg',
      `url=http://${pageHost}/`,
    )
    expect(JSON.stringify(result)).toContain('# Title')
  })

  it('calls tools of real stdio servers', async () => {
    const tools = names(await inspect(era, 'tools/list'))
    const echoed = await inspect(era, 'tools/call', '--tool-name', find(tools, 'echo'), '--tool-arg', 'message=salut')
    expect(JSON.stringify(echoed)).toContain('salut')
    const read = await inspect(
      era,
      'tools/call',
      '--tool-name',
      find(tools, 'read_text_file'),
      '--tool-arg',
      `path=${join(scratch, 'note.txt')}`,
    )
    expect(JSON.stringify(read)).toContain('hello from a file')
    const graph = await inspect(era, 'tools/call', '--tool-name', find(tools, 'read_graph'))
    expect(JSON.stringify(graph)).toContain('entities')
  })

  it('calls a tool of a remote server', async () => {
    const tools = names(await inspect(era, 'tools/list'))
    const sum = await inspect(
      era,
      'tools/call',
      '--tool-name',
      find(tools, 'remote_add'),
      '--tool-args-json',
      '{"a":2,"b":3}',
    )
    expect(JSON.stringify(sum)).toContain('5')
  })

  it('lists and reads resources and gets prompts', async () => {
    const resources = (await inspect(era, 'resources/list'))['resources'] as readonly { readonly uri: string }[]
    const uri = resources[0]?.uri ?? ''
    expect(JSON.stringify(await inspect(era, 'resources/read', '--uri', uri))).toContain('contents')
    const prompts = (await inspect(era, 'prompts/list'))['prompts'] as readonly { readonly name: string }[]
    const prompt = find(
      prompts.map(({ name }) => name),
      'simple-prompt',
    )
    expect(JSON.stringify(await inspect(era, 'prompts/get', '--prompt-name', prompt))).toContain('messages')
  })
})

describe('official SDK clients [G1, G2]', () => {
  it('v1: lists, calls, and hears that the set of tools changed', async () => {
    const client = new ClientV1({ name: 'v1', version: '1' })
    const { promise: changed, resolve: onChanged } = Promise.withResolvers<void>()
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => onChanged())
    await client.connect(
      new TransportV1(new URL(host.ready.mcpUrl), { requestInit: { headers: { authorization: `Bearer ${token}` } } }),
    )
    const before = (await client.listTools()).tools.map((tool) => tool.name)
    const result = await client.callTool({ name: find(before, 'remote_add'), arguments: { a: 20, b: 22 } })
    expect(JSON.stringify(result)).toContain('42')
    const added = await host.install('nexus/redact')
    const rule = await host.install('nexus/stdio', {
      command: 'node',
      args: [join(modules, '@modelcontextprotocol/server-memory/dist/index.js')],
      readFolders: [modules],
    })
    await changed
    expect((await client.listTools()).tools.length).toBeGreaterThan(before.length)
    // A name, once exposed, stays although another server with the same tools came.
    expect((await client.listTools()).tools.map((tool) => tool.name)).toEqual(expect.arrayContaining(before))
    await host.api('DELETE', `/api/v1/installations/${rule}`)
    await host.api('DELETE', `/api/v1/installations/${added}`)
    await client.close()
  })

  it('v2: negotiates the modern era, lists and calls', async () => {
    const client = new ClientV2({ name: 'v2', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
    await client.connect(
      new TransportV2(new URL(host.ready.mcpUrl), { requestInit: { headers: { authorization: `Bearer ${token}` } } }),
    )
    const tools = (await client.listTools()).tools.map((tool) => tool.name)
    const result = await client.callTool({ name: find(tools, 'echo'), arguments: { message: 'modern' } })
    expect(JSON.stringify(result)).toContain('modern')
    await client.close()
  })
})

describe('the door [I3, I5, O1]', () => {
  it('answers 401 with the address of the resource metadata', async () => {
    const answer = await fetch(host.ready.mcpUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    expect(answer.status).toBe(401)
    const link = /resource_metadata="([^"]+)"/.exec(answer.headers.get('www-authenticate') ?? '')?.[1] ?? ''
    const metadata = await (await fetch(link)).json()
    expect(metadata).toMatchObject({ resource: host.ready.mcpUrl })
  })

  it('refuses a tool that a rule denies, hides it, and says so in the audit trail', async () => {
    const rule = await host.api('POST', '/api/v1/policies', {
      role: '*',
      plugin: 'nexus/remote',
      tool: 'remote_add',
      effect: 'deny',
    })
    expect(rule.status).toBe(201)
    const tools = names(await inspect('modern', 'tools/list'))
    expect(tools.some((name) => name.endsWith('remote_add'))).toBe(false)
    await host.api('DELETE', `/api/v1/policies/${rule.body.id}`)
    const again = names(await inspect('modern', 'tools/list'))
    await inspect('modern', 'tools/call', '--tool-name', find(again, 'remote_add'), '--tool-args-json', '{"a":1,"b":1}')
    const audit = await host.api('GET', '/api/v1/audit?action=tool.called&limit=5')
    expect(audit.body.items[0]).toMatchObject({ action: 'tool.called', outcome: 'ok' })
    expect(JSON.stringify(audit.body)).toContain('remote_add')
  })

  it('masks what a policy pack finds in a result', async () => {
    const pack = await host.install('nexus/redact')
    const tools = names(await inspect('modern', 'tools/list'))
    const result = await inspect(
      'modern',
      'tools/call',
      '--tool-name',
      find(tools, 'echo'),
      '--tool-arg',
      'message=write to jane.doe@example.com',
    )
    expect(JSON.stringify(result)).not.toContain('jane.doe@example.com')
    await host.api('DELETE', `/api/v1/installations/${pack}`)
  })

  it('serves a virtual server with chosen tools under new names', async () => {
    const installed = await host.api('GET', '/api/v1/tools')
    const upstream = installed.body.items.find((item: { tools: { name: string }[] }) =>
      item.tools.some((tool) => tool.name === 'remote_add'),
    )
    const made = await host.api('POST', '/api/v1/virtual-servers', {
      name: 'maths',
      title: 'Maths',
      prefixMode: 'never',
      tools: [{ upstream: upstream.label, tool: 'remote_add', as: 'plus' }],
    })
    expect(made.status).toBe(201)
    const client = new ClientV1({ name: 'v1', version: '1' })
    await client.connect(
      new TransportV1(new URL(made.body.url), { requestInit: { headers: { authorization: `Bearer ${token}` } } }),
    )
    expect((await client.listTools()).tools.map((tool) => tool.name)).toEqual(['plus'])
    expect(JSON.stringify(await client.callTool({ name: 'plus', arguments: { a: 1, b: 2 } }))).toContain('3')
    await client.close()
    expect((await host.api('DELETE', '/api/v1/virtual-servers/maths')).status).toBe(204)
  })
})
