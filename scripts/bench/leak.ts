// npm run bench:leak [-- --calls 100000] [--json]
// Whether calls leave anything behind: the gateway with authentication, policy and audit on, called over real HTTP in both
// eras, sessions opened and ended all the while. What is held afterwards is compared with what was held after a warm-up.
import { rm, mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { queryObjects, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { z } from 'zod'
import { openAuditTrail } from '../../runtime/src/audit/open-audit-trail.ts'
import { createEgress } from '../../runtime/src/broker/egress/create-egress.ts'
import { openGateway } from '../../runtime/src/gateway/gateway.ts'
import { openRemoteUpstream } from '../../runtime/src/gateway/upstream/open-remote-upstream.ts'
import { type Principal, ROLE_PERMISSIONS } from '../../runtime/src/identity/principal.ts'
import { openPolicy } from '../../runtime/src/policy/open-policy.ts'
import { openStore } from '../../runtime/src/store/open-store.ts'
import { openMcpConnection } from './mcp-target.ts'
import { startProcess } from './start-process.ts'

const WORKSPACE = 'leak'
const CONNECTIONS = 8
/** A client that stays for so many calls, then leaves and comes back. */
const CALLS_PER_VISIT = 250
const MEGABYTE = 1_024 * 1_024
/** What heaps differ by when nothing is left behind. */
const HEAP_LIMIT_MB = 2
/** Objects of one kind that may be more after than before: timers and pools breathe. */
const OBJECTS_LIMIT = 1_000

const { values: options } = parseArgs({
  options: { calls: { type: 'string', default: '100000' }, json: { type: 'boolean', default: false } },
})
const calls = Number(options.calls)

// The flag is set here and not on the command line, which the script that starts this does not pass on.
setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

const KINDS = { AbortController, AbortSignal, Map, Set, Promise, Buffer, Error } as const
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit', 'uncaughtException', 'unhandledRejection'] as const

/** Everything that may not grow, by name. */
type Held = Readonly<Record<string, number>>

/** Counts what is held once everything that can go is gone. */
async function held(): Promise<Held> {
  for (let round = 0; round < 5; round += 1) {
    collect()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const objects = Object.entries(KINDS).map(([name, kind]) => [name, queryObjects(kind, { format: 'count' })] as const)
  const listeners = SIGNALS.reduce((sum, signal) => sum + process.listenerCount(signal), 0)
  return {
    'heap MB': process.memoryUsage().heapUsed / MEGABYTE,
    handles: process.getActiveResourcesInfo().filter((kind) => kind !== 'Timeout' && kind !== 'Immediate').length,
    'process listeners': listeners,
    ...Object.fromEntries(objects),
  }
}

function limitOf(name: string): number {
  if (name === 'heap MB') return HEAP_LIMIT_MB
  if (name === 'process listeners') return 0
  return name === 'handles' ? CONNECTIONS : OBJECTS_LIMIT
}

const caller: Principal = {
  id: 'user:leak',
  userId: 'leak',
  tokenId: undefined,
  displayName: 'Leak',
  workspaceId: WORKSPACE,
  roles: ['member'],
  permissions: new Set(ROLE_PERMISSIONS.member),
}

await using stack = new AsyncDisposableStack()
const folder = await mkdtemp(join(tmpdir(), 'nexus-leak-'))
stack.defer(() => rm(folder, { recursive: true, force: true }))
const store = stack.use(await openStore({ url: `sqlite:${join(folder, 'leak.sqlite')}` }))
await store.workspaces.insert({ id: WORKSPACE, name: WORKSPACE, title: 'Leak', createdAt: new Date() })
const silent = { error: () => undefined, warn: () => undefined }
const audit = stack.use(openAuditTrail({ store, logger: silent }))
const policy = await openPolicy({ store, audit })
let origin = ''
const gateway = stack.use(
  openGateway({ store, policy, audit, publicUrl: () => origin, authenticate: () => Promise.resolve(caller) }),
)
const echo = stack.use(
  await startProcess(join(import.meta.dirname, 'echo-server.ts'), z.looseObject({ port: z.number() }), {}),
)
const egress = stack.use(createEgress())
const url = `http://127.0.0.1:${echo.ready.port}/mcp`
const grant = {
  scheme: 'http',
  host: '127.0.0.1',
  port: echo.ready.port,
  methods: ['GET', 'POST', 'DELETE'],
  allowPrivateAddresses: true,
} as const
const upstream = stack.use(
  openRemoteUpstream({
    identity: { id: 'echo', installationId: 'echo', pluginId: 'bench/echo', workspaceId: WORKSPACE, label: 'echo' },
    url,
    egress: {
      request: (request) => egress.stream({ ...request, grants: [grant], timeoutMs: 60_000, maxBytes: 64 * MEGABYTE }),
    },
    headers: () => Promise.resolve({}),
  }),
)
stack.use(gateway.upstreams.add(upstream))
const server = createServer((request, response) => {
  void gateway.handle(request, response).then((mine) => mine || response.writeHead(404).end())
})
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
stack.defer(() => {
  server.closeAllConnections()
  server.close()
})
const address = server.address()
if (address === null || typeof address === 'string') throw new Error('Expected a TCP port, found none.')
origin = `http://127.0.0.1:${address.port}`

/** One client that comes and goes until its share of the calls is made; every other visit is a legacy session. */
async function visit(share: number): Promise<void> {
  for (let done = 0, visits = 0; done < share; visits += 1) {
    const era = visits % 2 === 0 ? 'modern' : 'legacy'
    const connection = await openMcpConnection({ url: `${origin}/mcp`, token: 'leak', era })
    await connection.request('tools/list', {})
    for (let made = 0; made < CALLS_PER_VISIT && done < share; made += 1, done += 1) {
      const body = await connection.call('echo', `call ${done}`)
      if (!body.includes(`call ${done}`)) throw new Error(`Expected the text back, found ${body.slice(0, 300)}`)
    }
    await leave(connection)
  }
}

async function leave(connection: Awaited<ReturnType<typeof openMcpConnection>>): Promise<void> {
  const { sessionId } = connection
  if (sessionId !== undefined) {
    const headers = { authorization: 'Bearer leak', 'mcp-session-id': sessionId }
    await (await fetch(`${origin}/mcp`, { method: 'DELETE', headers })).text()
  }
  connection.close()
}

async function load(total: number): Promise<void> {
  await Promise.all(Array.from({ length: CONNECTIONS }, () => visit(Math.ceil(total / CONNECTIONS))))
}

await load(Math.max(calls / 5, CONNECTIONS * CALLS_PER_VISIT * 2))
const before = await held()
await load(calls)
const after = await held()
const figures = Object.keys(before).map((what) => {
  const grown = (after[what] ?? 0) - (before[what] ?? 0)
  return { what, before: before[what] ?? 0, after: after[what] ?? 0, grown, limit: limitOf(what) }
})
const isFlat = figures.every(({ grown, limit }) => grown <= limit)
if (options.json) process.stdout.write(`${JSON.stringify({ calls, isFlat, figures })}\n`)
else {
  const lines = figures.map(
    ({ what, grown, limit, ...held_ }) =>
      `${what.padEnd(20)} ${held_.before.toFixed(1).padStart(10)} ${held_.after.toFixed(1).padStart(10)}  ${grown > limit ? 'GROWN' : 'flat'}`,
  )
  process.stdout.write(`${calls} calls, Node ${process.versions.node}\n\n${lines.join('\n')}\n`)
}
process.exitCode = isFlat ? 0 : 1
