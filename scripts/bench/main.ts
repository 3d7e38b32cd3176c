// npm run bench [-- --json] [-- --seconds 3] [-- --peers]
// With --peers another gateway is installed from npm and measured beside.
// The load comes from this process; the host and the echo server are processes of their own.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { buildPlugins } from '../pack/build-plugins.ts'
import { type AdminApi, install, publish, signIn, startHost } from './bench-host.ts'
import { listTools, measureCalls, nameOf } from './calls.ts'
import { useLoadCore } from './cores.ts'
import { type McpTarget, openMcpConnection } from './mcp-target.ts'
import { readResident } from './memory.ts'
import { type BenchReport, formatReport } from './report.ts'
import { startProcess } from './start-process.ts'

const COLD_STARTS = 7

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '3' },
    peers: { type: 'boolean', default: false },
  },
})
const durationMs = z.coerce.number().min(0.1).max(600).parse(options.seconds) * 1000
const say = (line: string) => process.stderr.write(`${line}\n`)
const here = dirname(fileURLToPath(import.meta.url))

const bootSchema = z.looseObject({
  items: z.array(z.looseObject({ installationId: z.string(), milliseconds: z.number() })),
})

async function measureColdStart(
  api: AdminApi,
  installationId: string,
  target: McpTarget,
): Promise<BenchReport['coldStart']> {
  say(`Measuring ${COLD_STARTS} cold starts of the isolate plugin …`)
  const tool = nameOf(await listTools(target), 'isolate')
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
  useLoadCore()
  await using stack = new AsyncDisposableStack()
  const dataDir = await mkdtemp(join(tmpdir(), 'nexus-bench-'))
  stack.defer(() => rm(dataDir, { recursive: true, force: true }))
  const echo = stack.use(await startProcess(join(here, 'echo-server.ts'), z.looseObject({ port: z.int() })))
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
    memory: first.memory,
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
  const installationId = await install(api, 'acme/echo', 'isolate')
  await install(api, 'nexus/remote', 'remote', { url: echo.url }, [new URL(echo.url).host])
  const stdio = { command: process.execPath, args: [join(here, 'echo-stdio.mjs')], readFolders: [here] }
  await install(api, 'nexus/stdio', 'stdio', stdio)
  await listTools(target)
  const idle = readResident(host.pid)
  const load = await measureCalls(host, token, echo, { durationMs, withPeers: options.peers }, say)
  const calls = load.filter(({ name }) => name.startsWith('nexus')).reduce((sum, row) => sum + row.calls, 0)
  const memory = { idle, after: readResident(host.pid), calls }
  const coldStart = await measureColdStart(api, installationId, target)
  return { token, freshMs, load, memory, coldStart }
}

const report = await bench()
process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `\n${formatReport(report)}`)
