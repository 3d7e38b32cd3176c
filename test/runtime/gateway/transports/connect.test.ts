// oxlint-disable typescript/no-unsafe-type-assertion -- the SDK's types do not fit exactOptionalPropertyTypes; lines are checked by the test that asked for them
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Client as ModernClient } from '@modelcontextprotocol/client'
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio'
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import {
  ElicitRequestSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bin } from '../../cli/run-nexus.ts'
import { processUpstream, type RunningGateway, startGateway, WILD } from '../harness.ts'
import { textOf } from '../sdk-clients.ts'
import { META } from '../wire.ts'

const INFO = { name: 'starts-processes', version: '1.0.0' }

describe('nexus connect [G1]', () => {
  let nexus: RunningGateway
  let port: number
  const start = async () => {
    nexus = await startGateway({ port })
    port = Number(new URL(nexus.url).port)
    nexus.add(processUpstream('wild', WILD))
  }
  const restart = async () => {
    await nexus[Symbol.asyncDispose]()
    await start()
  }
  const command = (args: readonly string[] = [], token = 'alice') => ({
    command: process.execPath,
    args: [bin, 'connect', '--url', nexus.url, ...args],
    env: { PATH: process.env['PATH'] ?? '', NEXUS_TOKEN: token },
  })
  beforeEach(async () => {
    port = 0
    await start()
  })
  afterEach(() => nexus[Symbol.asyncDispose]())

  const legacy = async (capabilities: Record<string, object> = {}, args: readonly string[] = []) => {
    const client = new LegacyClient(INFO, { capabilities })
    await client.connect(new StdioClientTransport(command(args)))
    return client
  }
  const modern = async (args: readonly string[] = []) => {
    const client = new ModernClient(INFO, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
    await client.connect(new ModernStdio(command(args)))
    return client
  }

  it('serves the official v1 client: calls, questions, subscriptions and changes', async () => {
    const client = await legacy({ elicitation: {} })
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { name: 'Ada' } }))
    const changed = Promise.withResolvers<void>()
    const updated = Promise.withResolvers<string>()
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => changed.resolve())
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => updated.resolve(params.uri))
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('echo')
    expect(textOf(await client.callTool({ name: 'echo', arguments: { a: 'ü\n' } }))).toBe('{"a":"ü\\n"}')
    expect(textOf(await client.callTool({ name: 'elicit', arguments: {} }))).toContain('Ada')
    // The stream of notices opens beside the first requests.
    await expect.poll(() => nexus.gateway.connections().length).toBe(1)
    await client.callTool({ name: 'grow', arguments: {} })
    await changed.promise
    await client.subscribeResource({ uri: 'wild://cancelled' })
    expect(await updated.promise).toBe('wild://cancelled')
    await client.close()
  })

  it('serves the official v2 client in the modern era', async () => {
    const client = await modern()
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('echo')
    expect(textOf(await client.callTool({ name: 'echo', arguments: { a: 1 } }))).toBe('{"a":1}')
    await client.close()
  })

  it('serves a virtual server', async () => {
    await nexus.gateway.virtualServers.create('workspace-1', {
      name: 'small',
      title: 'Small',
      prefixMode: 'never',
      tools: [{ upstream: 'wild', tool: 'echo' }],
    })
    const client = await legacy({}, ['--virtual-server', 'small'])
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['echo'])
    await client.close()
  })

  it('goes on with a v1 client when the host was restarted, and tells it that the lists may be others', async () => {
    const client = await legacy()
    expect(textOf(await client.callTool({ name: 'echo', arguments: {} }))).toBe('{}')
    const hanging = client.callTool({ name: 'hang', arguments: {} })
    await client.callTool({ name: 'echo', arguments: {} })
    const changed = Promise.withResolvers<void>()
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => changed.resolve())
    const failed = expect(hanging).rejects.toThrow(/Expected/)
    await restart()
    await failed
    expect(textOf(await client.callTool({ name: 'echo', arguments: { again: true } }))).toBe('{"again":true}')
    await changed.promise
    await client.close()
  })

  it('goes on with a v2 client when the host was restarted', async () => {
    const client = await modern()
    expect(textOf(await client.callTool({ name: 'echo', arguments: {} }))).toBe('{}')
    await restart()
    expect(textOf(await client.callTool({ name: 'echo', arguments: { again: true } }))).toBe('{"again":true}')
    await client.close()
  })

  interface Raw {
    readonly child: ChildProcess
    readonly lines: string[]
    readonly stderr: () => string
    send(message: unknown): void
    /** The first line that satisfies `want`. */
    line(want: (message: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>
  }

  const raw = (args: readonly string[] = [], token = 'alice'): Raw => {
    const { command: program, args: given, env } = command(args, token)
    const child = spawn(program, given, { env, stdio: 'pipe' })
    const lines: string[] = []
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
    return {
      child,
      lines,
      stderr: () => stderr,
      send: (message) => void child.stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`),
      async line(want) {
        const found = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>).find(want)
        await expect.poll(found, { timeout: 20_000 }).toBeDefined()
        return found() ?? {}
      },
    }
  }
  const initialize = {
    jsonrpc: '2.0',
    id: 'hello',
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: INFO },
  }

  it('ends with its input, ends its session with it, and has written nothing but messages', async () => {
    const bridge = raw()
    bridge.send(initialize)
    bridge.send({ jsonrpc: '2.0', method: 'notifications/initialized' })
    bridge.send({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'echo', arguments: {} } })
    await bridge.line(({ id }) => id === 2)
    expect(nexus.gateway.connections()).toHaveLength(1)
    bridge.child.stdin?.end()
    const [code] = (await once(bridge.child, 'close')) as [number]
    expect(code).toBe(0)
    expect(nexus.gateway.connections()).toHaveLength(0)
    for (const line of bridge.lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' })
  })

  it('says what is wrong with a line, an unknown method and a refused token, and shows no token', async () => {
    const bridge = raw()
    bridge.send('this is not JSON')
    expect(await bridge.line(({ id }) => id === null)).toMatchObject({ error: { code: -32700 } })
    bridge.send({ jsonrpc: '2.0', id: 5, method: 'tools/list' })
    expect(await bridge.line(({ id }) => id === 5)).toMatchObject({ error: { data: { code: 'SESSION_MISSING' } } })
    bridge.child.kill()
    const refused = raw([], 'a-wrong-token-to-look-for')
    refused.send(initialize)
    expect(await refused.line(({ id }) => id === 'hello')).toMatchObject({
      id: 'hello',
      error: { data: { code: 'TOKEN_INVALID' } },
    })
    refused.child.stdin?.end()
    await once(refused.child, 'close')
    expect(`${refused.lines.join()}${refused.stderr()}`).not.toContain('a-wrong-token-to-look-for')
  })

  it('reads the token from a file, and reads it again when the token was exchanged', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nexus-connect-'))
    const path = join(folder, 'token')
    await writeFile(path, 'old-token-without-use\n')
    const bridge = raw(['--token-file', path], '')
    bridge.send(initialize)
    expect(await bridge.line(({ id }) => id === 'hello')).toMatchObject({ error: { data: { code: 'TOKEN_INVALID' } } })
    await writeFile(path, 'alice\n')
    bridge.send({ ...initialize, id: 'again' })
    expect(await bridge.line(({ id }) => id === 'again')).toMatchObject({ result: { serverInfo: { name: 'nexus' } } })
    bridge.child.stdin?.end()
    await once(bridge.child, 'close')
    await rm(folder, { recursive: true })
  })

  it('tells the client soon, and people what it waits for, when there is no host', async () => {
    const bridge = raw(['--url', 'http://127.0.0.1:1'])
    bridge.send(initialize)
    expect(await bridge.line(({ id }) => id === 'hello')).toMatchObject({
      error: { data: { code: 'CLI_UNREACHABLE' } },
    })
    expect(bridge.stderr()).toContain('ECONNREFUSED')
    bridge.child.stdin?.end()
    await once(bridge.child, 'close')
  })

  it('refuses a virtual server that cannot be one, with the exit code of a wrong command line', async () => {
    const bridge = raw(['--virtual-server', '../escape'])
    const [code] = (await once(bridge.child, 'close')) as [number]
    expect(code).toBe(2)
    expect(bridge.stderr()).toContain('--virtual-server')
  })

  // The SDK drops progress that arrives together with the answer, so this is seen on the wire only.
  it('says why when the host opens no other session in place of one that is over', async () => {
    const make = (name: string) =>
      nexus.gateway.virtualServers.create('workspace-1', {
        name,
        title: name,
        tools: [{ upstream: 'wild', tool: 'echo' }],
      })
    await make('passing')
    const bridge = raw(['--virtual-server', 'passing'])
    bridge.send(initialize)
    await bridge.line(({ id }) => id === 'hello')
    await nexus.gateway.virtualServers.remove('workspace-1', 'passing')
    bridge.send({ jsonrpc: '2.0', id: 2, method: 'tools/list' })
    expect(await bridge.line(({ id }) => id === 2)).toMatchObject({
      error: { message: expect.stringContaining('virtual server'), data: { code: 'CLI_SESSION' } },
    })
    await make('passing')
    bridge.send({ jsonrpc: '2.0', id: 3, method: 'tools/list' })
    expect(await bridge.line(({ id }) => id === 3)).toMatchObject({ result: { tools: [{ name: 'echo' }] } })
    bridge.child.stdin?.end()
    await once(bridge.child, 'close')
  })

  it('passes progress on before the answer, with the token of the client', async () => {
    const bridge = raw()
    bridge.send(initialize)
    const params = { name: 'progress', arguments: {}, _meta: { progressToken: 'mine' } }
    bridge.send({ jsonrpc: '2.0', id: 2, method: 'tools/call', params })
    await bridge.line(({ id }) => id === 2)
    const messages = bridge.lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(messages.slice(1)).toMatchObject([
      { method: 'notifications/progress', params: { progressToken: 'mine', progress: 1 } },
      { method: 'notifications/progress', params: { progressToken: 'mine', progress: 2 } },
      { id: 2 },
    ])
    bridge.child.stdin?.end()
    await once(bridge.child, 'close')
  })

  it('passes batches on in the revisions that have them', async () => {
    const bridge = raw()
    bridge.send({ ...initialize, params: { ...initialize.params, protocolVersion: '2025-03-26' } })
    await bridge.line(({ id }) => id === 'hello')
    bridge.send([
      { jsonrpc: '2.0', id: 1, method: 'ping' },
      { jsonrpc: '2.0', id: 2, method: 'ping' },
    ])
    const isBatch = (value: unknown) => Array.isArray(value)
    await bridge.line(isBatch)
    const batch = bridge.lines.map((line) => JSON.parse(line) as unknown).find(isBatch)
    expect(batch).toMatchObject([
      { id: 1, result: {} },
      { id: 2, result: {} },
    ])
    bridge.child.stdin?.end()
    await once(bridge.child, 'close')
  })

  it('ends a modern request that the client cancels', async () => {
    const bridge = raw()
    const ask = (id: number, method: string, params: object) =>
      bridge.send({ jsonrpc: '2.0', id, method, params: { ...params, _meta: META } })
    ask(1, 'tools/call', { name: 'hang', arguments: {} })
    ask(2, 'tools/call', { name: 'echo', arguments: {} })
    await bridge.line(({ id }) => id === 2)
    bridge.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1, _meta: META } })
    let read = 10
    await expect
      .poll(async () => {
        read += 1
        ask(read, 'resources/read', { uri: 'wild://cancelled' })
        return JSON.stringify(await bridge.line(({ id }) => id === read))
      })
      .toMatch(/\[\d+\]/)
    bridge.child.stdin?.end()
    await once(bridge.child, 'close')
  })

  it('keeps a modern subscription over a restart of the host', async () => {
    const bridge = raw()
    const notifications = { toolsListChanged: true }
    bridge.send({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params: { notifications, _meta: META } })
    await bridge.line(({ method }) => method === 'notifications/subscriptions/acknowledged')
    await restart()
    const notice = await bridge.line(({ method }) => method === 'notifications/tools/list_changed')
    expect(JSON.stringify(notice)).toContain('subscriptionId":1')
    const acknowledged = bridge.lines.filter((line) => line.includes('acknowledged'))
    expect(acknowledged).toHaveLength(1)
    bridge.child.stdin?.end()
    await once(bridge.child, 'close')
  })
})
