import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Client as ClientV2 } from '@modelcontextprotocol/client'
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js'
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSseServer, type SseServer } from '../../fixtures/mcp/sdk-sse.ts'
import { type RunningHost, startTestHost } from '../../helpers/host.ts'

const root = resolve(import.meta.dirname, '../../..')
const bin = join(root, 'runtime/bin/nexus.mjs')
const inspector = join(root, 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js')

let host: RunningHost
let dataDir: string
let old: SseServer
const environment = () => ({ PATH: process.env['PATH'] ?? '', NEXUS_DATA: dataDir, HOME: dataDir })

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'nexus-connect-'))
  old = await startSseServer()
  host = await startTestHost({ dataDir })
  await host.install('nexus/remote', { url: old.url }, [new URL(old.url).host])
})
afterAll(async () => {
  await host?.[Symbol.asyncDispose]()
  await old?.[Symbol.asyncDispose]()
  await rm(dataDir, { recursive: true, force: true })
})

/** The command as a client's configuration has it; the token is the one that the host left for this machine. */
const command = () => ({ command: process.execPath, args: [bin, 'connect'], env: environment() })

function addTool(tools: readonly { readonly name: string }[]): string {
  const found = tools.find(({ name }) => name === 'add' || name.endsWith('__add'))
  if (found === undefined) throw new Error(`No add in ${tools.map(({ name }) => name).join(', ')}`)
  return found.name
}

describe('clients that only start processes, and a server of the oldest transport [G1]', () => {
  const inspect = (target: readonly string[], ...args: readonly string[]) =>
    new Promise<string>((done, fail) => {
      execFile(
        process.execPath,
        [inspector, '--cli', ...target, '--format', 'json', ...args],
        { env: environment(), timeout: 90_000 },
        (error, stdout, stderr) =>
          error === null ? done(stdout) : fail(new Error(`${error.message}\n${stdout}\n${stderr}`)),
      )
    })
  const inspectSum = async (target: readonly string[]) => {
    const listed: { readonly result: { readonly tools: readonly { readonly name: string }[] } } = JSON.parse(
      await inspect(target, '--method', 'tools/list'),
    )
    const name = addTool(listed.result.tools)
    return inspect(target, '--method', 'tools/call', '--tool-name', name, '--tool-args-json', '{"a":2,"b":3}')
  }

  it.each(['legacy', 'modern'])('MCP Inspector starts nexus connect, %s era', async (era) => {
    const own = ['-e', `NEXUS_DATA=${dataDir}`, '--protocol-era', era]
    expect(await inspectSum([process.execPath, bin, 'connect', ...own])).toContain('5')
  })

  it('MCP Inspector works over HTTP+SSE', async () => {
    const header = ['--header', `Authorization: Bearer ${await host.token()}`, '--stored-auth-only']
    expect(await inspectSum([`${host.ready.url}/sse`, '--transport', 'sse', ...header])).toContain('5')
  })

  it('v1 and v2 clients go on when the host was killed and started again on another port', async () => {
    const v1 = new ClientV1({ name: 'v1', version: '1' })
    await v1.connect(new StdioV1(command()))
    const v2 = new ClientV2({ name: 'v2', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
    await v2.connect(new StdioV2(command()))
    const name = addTool((await v1.listTools()).tools)
    const sum = (a: number) => ({ name, arguments: { a, b: 1 } })
    expect(JSON.stringify(await v1.callTool(sum(1)))).toContain('2')
    expect(JSON.stringify(await v2.callTool(sum(1)))).toContain('2')
    const changed = Promise.withResolvers<void>()
    v1.setNotificationHandler(ToolListChangedNotificationSchema, () => changed.resolve())
    const hanging = v1.callTool({ name: name.replace(/add$/, 'hang'), arguments: {} })
    const lost = expect(hanging).rejects.toMatchObject({ data: { code: 'CLI_LOST' } })
    await v1.callTool(sum(2))
    await host.stop('SIGKILL')
    await lost
    host = await startTestHost({ dataDir })
    await changed.promise
    expect(JSON.stringify(await v1.callTool(sum(40)))).toContain('41')
    expect(JSON.stringify(await v2.callTool(sum(41)))).toContain('42')
    await v1.close()
    await v2.close()
  })

  it('the token for the person at this machine opens no workspace that does not exist', async () => {
    const local: { readonly token: string } = JSON.parse(await readFile(join(dataDir, 'cli.json'), 'utf8'))
    const ask = (workspace: string, token = local.token) =>
      fetch(host.ready.mcpUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${token}`,
          'x-nexus-workspace': workspace,
        },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'initialize',
          params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'local', version: '1' } },
        }),
      }).then((answer) => answer.status)
    expect(await ask('main')).toBe(200)
    expect(await ask('nowhere')).toBe(403)
    expect(await ask('main', `${local.token}x`)).toBe(401)
  })

  it('a v1 client of HTTP+SSE works with the real host', async () => {
    const authorization = `Bearer ${await host.token()}`
    const client = new ClientV1({ name: 'old', version: '1' })
    await client.connect(
      new SSEClientTransport(new URL(`${host.ready.url}/sse`), { requestInit: { headers: { authorization } } }),
    )
    const name = addTool((await client.listTools()).tools)
    expect(JSON.stringify(await client.callTool({ name, arguments: { a: 20, b: 22 } }))).toContain('42')
    await client.close()
  })
})
