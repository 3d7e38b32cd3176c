// npm run bench [-- --json] [-- --seconds 3]
// The load comes from this process; the host and the echo server are processes of their own.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { buildPlugins } from '../pack/build-plugins.ts'
import { type AdminApi, type BenchHost, install, publish, signIn, startHost } from './bench-host.ts'
import { type McpTarget, openMcpConnection } from './mcp-target.ts'
import { measureLoad } from './measure-load.ts'
import { type BenchReport, type LoadRow, formatReport } from './report.ts'
import { startProcess } from './start-process.ts'

const COLD_STARTS = 7
const CONNECTIONS = [1, 16] as const
const WARMUP_MS = 1000

/** Names of the tools as clients see them, behind their upstreams' labels. */
const LABELS = { isolate: 'isolate', remote: 'remote' } as const

const { values: options } = parseArgs({
  options: { json: { type: 'boolean', default: false }, seconds: { type: 'string', default: '3' } },
})
const durationMs = z.coerce.number().min(0.1).max(600).parse(options.seconds) * 1000
const say = (line: string) => process.stderr.write(`${line}\n`)

async function listTools(target: McpTarget): Promise<readonly string[]> {
  const connection = await openMcpConnection(target)
  const result = await connection.request('tools/list', {})
  connection.close()
  return z
    .array(z.looseObject({ name: z.string() }))
    .parse(result['tools'])
    .map((tool) => tool.name)
}

function nameOf(names: readonly string[], label: string): string {
  const name = names.find((candidate) => candidate.startsWith(label) && candidate.endsWith('echo'))
  if (name === undefined)
    throw new Error(`Expected the tool echo of ${label}, found ${names.join(', ') || 'no tools'}.`)
  return name
}

async function measureCalls(
  host: BenchHost,
  target: McpTarget,
  echo: { readonly pid: number; readonly url: string },
): Promise<readonly LoadRow[]> {
  const names = await listTools(target)
  const plans = [
    { name: 'direct to the echo server', target: { url: echo.url }, tool: 'echo', pid: echo.pid },
    { name: 'through /mcp to the echo server', target, tool: nameOf(names, LABELS.remote), pid: host.pid },
    { name: 'through /mcp to the isolate plugin', target, tool: nameOf(names, LABELS.isolate), pid: host.pid },
  ]
  const rows: LoadRow[] = []
  for (const connections of CONNECTIONS) {
    for (const { name, ...plan } of plans) {
      say(`Measuring ${name}, ${connections} connection${connections === 1 ? '' : 's'} …`)
      rows.push({ name, ...(await measureLoad({ ...plan, connections, warmupMs: WARMUP_MS, durationMs })) })
    }
  }
  return rows
}

const bootSchema = z.looseObject({
  items: z.array(z.looseObject({ installationId: z.string(), milliseconds: z.number() })),
})

async function measureColdStart(
  api: AdminApi,
  installationId: string,
  target: McpTarget,
): Promise<BenchReport['coldStart']> {
  say(`Measuring ${COLD_STARTS} cold starts of the isolate plugin …`)
  const tool = nameOf(await listTools(target), LABELS.isolate)
  const starts: number[] = []
  const answers: number[] = []
  for (let run = 0; run < COLD_STARTS; run++) {
    const began = performance.now()
    await api.call('POST', `/installations/${installationId}/restart`, z.unknown())
    const connection = await openMcpConnection(target)
    await connection.request('tools/call', { name: tool, arguments: { text: 'hello' } })
    answers.push(performance.now() - began)
    connection.close()
    const { items } = await api.call('GET', '/boot', bootSchema)
    starts.push(items.find((item) => item.installationId === installationId)?.milliseconds ?? Number.NaN)
  }
  return { runs: COLD_STARTS, startMs: median(starts), firstAnswerMs: median(answers) }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

async function bench(): Promise<BenchReport> {
  await buildPlugins()
  await using stack = new AsyncDisposableStack()
  const dataDir = await mkdtemp(join(tmpdir(), 'nexus-bench-'))
  stack.defer(() => rm(dataDir, { recursive: true, force: true }))
  const echoScript = join(dirname(fileURLToPath(import.meta.url)), 'echo-server.ts')
  const echo = stack.use(await startProcess(echoScript, z.looseObject({ port: z.int() })))
  const echoUrl = `http://127.0.0.1:${echo.ready.port}/mcp`

  say('Starting the host with an empty data folder …')
  const freshBegan = performance.now()
  const first = await measureFirstHost(dataDir, freshBegan, { pid: echo.pid, url: echoUrl })

  say('Starting the host again …')
  const secondBegan = performance.now()
  await using second = await startHost(dataDir)
  await listTools({ url: second.ready.mcpUrl, token: first.token })
  return {
    node: process.versions.node,
    load: first.load,
    coldStart: first.coldStart,
    hostStart: { freshMs: first.freshMs, secondMs: performance.now() - secondBegan },
  }
}

async function measureFirstHost(dataDir: string, began: number, echo: { readonly pid: number; readonly url: string }) {
  await using host = await startHost(dataDir)
  const startedMs = performance.now() - began
  const api = await signIn(host)
  const { token } = await api.call('POST', '/tokens', z.looseObject({ token: z.string() }), {
    name: 'bench',
    scopes: ['tools:call'],
    expiresInDays: 1,
  })
  const target = { url: host.ready.mcpUrl, token }
  const listBegan = performance.now()
  await listTools(target)
  // Creating the admin is a person's time, not the host's.
  const freshMs = startedMs + (performance.now() - listBegan)
  await publish(host, dataDir, 'test/fixtures/plugins/echo')
  const installationId = await install(api, 'acme/echo', LABELS.isolate)
  await install(api, 'nexus/remote', LABELS.remote, { url: echo.url }, [new URL(echo.url).host])
  const load = await measureCalls(host, target, echo)
  const coldStart = await measureColdStart(api, installationId, target)
  return { token, freshMs, load, coldStart }
}

const report = await bench()
process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `\n${formatReport(report)}`)
