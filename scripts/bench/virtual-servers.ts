// npm run bench:servers [-- --json]
// What virtual servers cost: making them, holding a thousand, and listing many tools over real HTTP. Lists are timed at the
// edge: from the request's arrival until its answer is handed to the socket.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { openAuditTrail } from '../../runtime/src/audit/open-audit-trail.ts'
import { type Gateway, openGateway } from '../../runtime/src/gateway/gateway.ts'
import type { NamedEntry, Upstream } from '../../runtime/src/gateway/upstream/upstream.ts'
import { type Principal, ROLE_PERMISSIONS } from '../../runtime/src/identity/principal.ts'
import { openPolicy } from '../../runtime/src/policy/open-policy.ts'
import { openStore } from '../../runtime/src/store/open-store.ts'
import { openHttpConnection } from './http-connection.ts'
import { type Figure, formatServersReport, isMissed } from './servers-report.ts'

const WORKSPACE = 'bench'
const LARGE = 'bench-large'
const SERVERS = 1_000
const TOOLS_PER_SERVER = 50
const LIST_ROUNDS = 200
const KILOBYTE = 1_024
const MEGABYTE = 1_024 * 1_024

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const say = (line: string) => process.stderr.write(`${line}\n`)

function principalOf(workspaceId: string): Principal {
  return {
    id: 'user:bench',
    userId: 'bench',
    tokenId: undefined,
    displayName: 'Bench',
    workspaceId,
    roles: ['member'],
    permissions: new Set(ROLE_PERMISSIONS.member),
  }
}

/** A tool of the size that tools have. */
function tool(index: number): NamedEntry {
  return {
    name: `search_things_${String(index).padStart(4, '0')}`,
    title: `Search things ${index}`,
    description: `Searches things of kind ${index} by words, owner and date, and answers with the best matches first.`,
    annotations: { readOnlyHint: index % 2 === 0 },
    inputSchema: {
      type: 'object',
      properties: {
        query: { type: 'string', description: 'What to look for.' },
        project: { type: 'string', description: 'Key of the project.' },
        limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
      },
      required: ['query'],
    },
  }
}

/** An upstream that only has lists: nothing here is called. */
function upstreamOf(workspaceId: string, index: number, tools: number): Upstream {
  const label = `up-${String(index).padStart(2, '0')}`
  const catalog = {
    serverInfo: { name: label, version: '1.0.0' },
    capabilities: { tools: {} },
    tools: Array.from({ length: tools }, (_, at) => tool(index * tools + at)),
    prompts: [],
    resources: [],
    resourceTemplates: [],
  }
  return {
    id: `${workspaceId}:${label}`,
    installationId: `${workspaceId}:${label}`,
    pluginId: `bench/${label}`,
    workspaceId,
    label,
    kind: 'remote',
    state: () => 'ready',
    lastError: () => undefined,
    catalog: () => Promise.resolve(catalog),
    request: () => Promise.reject(new Error('Expected lists only, found a call.')),
    onChange: () => ({ [Symbol.dispose]: () => undefined }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

// The flag is set here and not on the command line, which the script that starts this does not pass on.
setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** What is held after everything that can go is gone. */
async function heldBytes(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    collect()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0
}

/** Each server picks other tools, renames some, gives arguments and has a limit: what people do with them. */
function requestFor(index: number) {
  return {
    name: `server-${index}`,
    title: `Server ${index}`,
    tools: Array.from({ length: TOOLS_PER_SERVER }, (_, at) => {
      const number = (index * 7 + at * 8) % 400
      return {
        upstream: `up-${String(Math.floor(number / 20)).padStart(2, '0')}`,
        tool: `search_things_${String(number).padStart(4, '0')}`,
        ...(at % 5 === 0 ? { as: `find_${number}`, arguments: { project: { fixed: 'OPS' } } } : {}),
      }
    }),
    rules: [{ effect: 'deny', roles: ['member'], name: '*_0000' }],
    rate: { perPrincipal: 60 },
  }
}

/** How long the gateway had the last request. */
let edgeMs = 0

type Ask = (path: string, cursor?: string) => Promise<{ readonly ms: number; readonly body: string }>

/** Asks for a page of tools the way a client of the stateless era does. */
async function openAsk(server: Server): Promise<{ readonly ask: Ask; close(): void }> {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP port, found none.')
  const connection = await openHttpConnection('127.0.0.1', address.port)
  const ask: Ask = async (path, cursor) => {
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/list',
      params: {
        ...(cursor === undefined ? {} : { cursor }),
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    })
    const head = [
      `POST ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${address.port}`,
      'Content-Type: application/json',
      'Accept: application/json, text/event-stream',
      'Mcp-Protocol-Version: 2026-07-28',
      'Mcp-Method: tools/list',
      `Authorization: Bearer ${path === '/mcp' ? LARGE : WORKSPACE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
    ]
    const answer = await connection.send(`${head.join('\r\n')}\r\n\r\n${body}`)
    if (answer.status !== 200) throw new Error(`Expected a list, found ${answer.status}: ${answer.body.slice(0, 500)}`)
    return { ms: edgeMs, body: answer.body }
  }
  return { ask, close: () => connection.close() }
}

async function measureServers(gateway: Gateway, ask: Ask): Promise<readonly Figure[]> {
  const before = await heldBytes()
  const times: number[] = []
  for (let index = 0; index < SERVERS; index += 1) {
    const began = performance.now()
    await gateway.virtualServers.create(WORKSPACE, requestFor(index))
    times.push(performance.now() - began)
  }
  const made = await heldBytes()
  say('Listing the tools of each …')
  const first: number[] = []
  for (let index = 0; index < SERVERS; index += 1) first.push((await ask(`/v/server-${index}/mcp`)).ms)
  const used = await heldBytes()
  return [
    { what: `create a server of ${TOOLS_PER_SERVER} tools`, value: median(times), unit: 'ms', limit: 5 },
    { what: 'its first list, names given and stored', value: median(first), unit: 'ms', limit: 25 },
    { what: 'memory of one that nobody has used', value: (made - before) / SERVERS / KILOBYTE, unit: 'KB', limit: 64 },
    { what: 'memory of one in use', value: (used - before) / SERVERS / KILOBYTE, unit: 'KB', limit: 64 },
    { what: `memory of ${SERVERS} in use`, value: (used - before) / MEGABYTE, unit: 'MB', limit: 64 },
  ]
}

async function measureLists(ask: Ask): Promise<readonly Figure[]> {
  const small: number[] = []
  for (let round = 0; round < LIST_ROUNDS; round += 1) small.push((await ask('/v/everything/mcp')).ms)
  const pages: number[] = []
  for (let round = 0; round < LIST_ROUNDS / 20; round += 1) {
    let cursor: string | undefined
    do {
      const { ms, body } = await ask('/mcp', cursor)
      pages.push(ms)
      cursor = /"nextCursor":"([^"]+)"/.exec(body)?.[1]
    } while (cursor !== undefined)
  }
  return [
    { what: 'tools/list of 20 upstreams with 20 tools, unchanged', value: median(small), unit: 'ms', limit: 1 },
    { what: 'one page of tools/list over 10,000 tools, unchanged', value: median(pages), unit: 'ms', limit: 10 },
  ]
}

await using stack = new AsyncDisposableStack()
const store = stack.use(await openStore({ url: 'sqlite::memory:' }))
for (const id of [WORKSPACE, LARGE]) await store.workspaces.insert({ id, name: id, title: id, createdAt: new Date() })
const audit = stack.use(openAuditTrail({ store, logger: { warn: () => undefined } }))
const policy = await openPolicy({ store, audit })
let origin = ''
const gateway = stack.use(
  openGateway({
    store,
    policy,
    audit,
    publicUrl: () => origin,
    authenticate: ({ authorization = '' }) => Promise.resolve(principalOf(authorization.replace('Bearer ', ''))),
  }),
)
for (let index = 0; index < 20; index += 1) {
  gateway.upstreams.add(upstreamOf(WORKSPACE, index, 20))
  gateway.upstreams.add(upstreamOf(LARGE, index, 500))
}
const server = createServer((request, response) => {
  const began = performance.now()
  void gateway.handle(request, response).then(() => (edgeMs = performance.now() - began))
})
// Making a thousand servers may take longer than an idle connection is kept.
server.keepAliveTimeout = 0
server.listen(0, '127.0.0.1')
await once(server, 'listening')
stack.defer(() => {
  server.closeAllConnections()
  server.close()
})
const address = server.address()
origin = `http://127.0.0.1:${address === null || typeof address === 'string' ? 0 : address.port}`
const everything = Array.from({ length: 20 }, (_, at) => ({ upstream: `up-${String(at).padStart(2, '0')}`, tool: '*' }))
await gateway.virtualServers.create(WORKSPACE, { name: 'everything', title: 'Everything', tools: everything })
const { ask, close } = await openAsk(server)
stack.defer(close)

say('Listing many tools …')
const lists = await measureLists(ask)
say(`Making ${SERVERS} virtual servers …`)
const figures = [...(await measureServers(gateway, ask)), ...lists]
const report = { node: process.versions.node, figures }
process.stdout.write(`${options.json ? JSON.stringify(report, undefined, 2) : formatServersReport(report)}\n`)
if (figures.some(isMissed)) process.exitCode = 1
