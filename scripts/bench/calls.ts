import type { BenchHost } from './bench-host.ts'
import { startMinProxy, startNginx } from './baselines.ts'
import { startMcpHub } from './peers.ts'
import { type McpTarget, openMcpConnection } from './mcp-target.ts'
import { type LoadPlan, measureLoad } from './measure-load.ts'
import type { LoadRow } from './report.ts'
import { z } from 'zod'

const WARMUP_MS = 2500
/**
 * How long every way is used before anything is measured. The engine goes on compiling what it runs for the first
 * tens of thousands of calls, in threads whose time counts as well: what is measured before that is the compiler.
 */
const COMPILE_MS = 12_000
const CONNECTIONS = [1, 16] as const

type Plan = Pick<LoadPlan, 'target' | 'tool' | 'pid' | 'isRight'> & { readonly name: string; readonly load: string }

/** Names of the tools that a client sees. */
export async function listTools(target: McpTarget): Promise<readonly string[]> {
  const connection = await openMcpConnection(target)
  const result = await connection.request('tools/list', {})
  connection.close()
  return z
    .array(z.looseObject({ name: z.string() }))
    .parse(result['tools'])
    .map((tool) => tool.name)
}

/** The exposed name of an upstream's tool. */
export function nameOf(names: readonly string[], label: string, tool = 'echo'): string {
  const name =
    names.find((candidate) => candidate.startsWith(label) && candidate.endsWith(tool)) ??
    // A name that only one upstream has needs no prefix.
    names.find((candidate) => candidate === tool)
  if (name !== undefined) return name
  throw new Error(`Expected the tool ${tool} of ${label}, found ${names.join(', ') || 'no tools'}.`)
}

const isBig = (body: string) => body.length > 10_240
const isHuge = (body: string) => body.length > 1_048_576

/** What is measured, in the order of a round. */
async function plansOf(
  host: BenchHost,
  token: string,
  echo: { readonly pid: number; readonly url: string },
  withPeers: boolean,
  stack: AsyncDisposableStack,
): Promise<readonly Plan[]> {
  const target = { url: host.ready.mcpUrl, token }
  const legacy = { ...target, era: 'legacy' } as const
  const names = await listTools(target)
  const remote = (tool?: string) => nameOf(names, 'remote', tool)
  const minimal = stack.use(await startMinProxy(echo.url))
  const nginx = await startNginx(echo.url)
  const own = { target, pid: host.pid }
  const load = '100 B'
  return [
    { name: 'direct to the echo server', load, target: { url: echo.url }, tool: 'echo', pid: echo.pid },
    ...(nginx === undefined ? [] : [{ ...stack.use(nginx), load, target: { url: nginx.url }, tool: 'echo' }]),
    { ...minimal, load, target: { url: minimal.url }, tool: 'remote__echo' },
    ...(await peerPlans(echo.url, withPeers, stack)),
    { ...own, name: 'nexus → remote server', load, tool: remote() },
    { ...own, name: 'nexus → remote server, legacy session', load, target: legacy, tool: remote() },
    { ...own, name: 'nexus → stdio server', load, tool: nameOf(names, 'stdio') },
    { ...own, name: 'nexus → isolate plugin', load, tool: nameOf(names, 'isolate') },
    { ...minimal, load: '10 KB', target: { url: minimal.url }, tool: 'remote__big', isRight: isBig },
    { ...own, name: 'nexus → remote server', load: '10 KB', tool: remote('big'), isRight: isBig },
    { ...minimal, load: '1 MB', target: { url: minimal.url }, tool: 'remote__huge', isRight: isHuge },
    { ...own, name: 'nexus → remote server', load: '1 MB', tool: remote('huge'), isRight: isHuge },
  ]
}

async function peerPlans(upstreamUrl: string, wanted: boolean, stack: AsyncDisposableStack): Promise<readonly Plan[]> {
  if (!wanted) return []
  const hub = stack.use(await startMcpHub(upstreamUrl))
  const target = { url: hub.url, era: 'sse' } as const
  const name = `${hub.name} (${hub.idleMiB?.toFixed(0) ?? '?'} MiB idle)`
  return [{ name, load: '100 B', target, tool: nameOf(await listTools(target), 'remote'), pid: hub.pid }]
}

/** Calls through the gateway and, beside them in the same run, without it and through others. */
export async function measureCalls(
  host: BenchHost,
  token: string,
  echo: { readonly pid: number; readonly url: string },
  { durationMs, withPeers }: { readonly durationMs: number; readonly withPeers: boolean },
  say: (line: string) => void,
): Promise<readonly LoadRow[]> {
  await using stack = new AsyncDisposableStack()
  const plans = await plansOf(host, token, echo, withPeers, stack)
  for (const plan of plans.filter(({ load }) => load !== '1 MB')) {
    say(`Warming up ${plan.name}, ${plan.load} …`)
    await measureLoad({ ...plan, connections: Math.max(...CONNECTIONS), warmupMs: COMPILE_MS, durationMs: 100 })
  }
  const rows: LoadRow[] = []
  for (const connections of CONNECTIONS) {
    for (const plan of plans) {
      if (plan.load === '1 MB' && connections === 1) continue
      const lanes = plan.load === '1 MB' ? 4 : connections
      say(`Measuring ${plan.name}, ${plan.load}, ${lanes} connection${lanes === 1 ? '' : 's'} …`)
      const result = await measureLoad({ ...plan, connections: lanes, warmupMs: WARMUP_MS, durationMs })
      rows.push({ name: plan.name, load: plan.load, ...result })
    }
  }
  return rows
}
