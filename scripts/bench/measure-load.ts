import { setTimeout as sleep } from 'node:timers/promises'
import { type McpConnection, type McpTarget, openMcpConnection } from './mcp-target.ts'
import { readCpu } from './process-cpu.ts'

/** What is loaded and how. */
export interface LoadPlan {
  readonly target: McpTarget
  readonly tool: string
  /** Whether an answer is right; by default it holds the text that was sent. */
  readonly isRight?: (body: string, text: string) => boolean
  readonly connections: number
  readonly warmupMs: number
  readonly durationMs: number
  /** Process whose CPU time counts, with its children. */
  readonly pid: number | undefined
}

/** One measurement. */
export interface LoadResult {
  readonly connections: number
  readonly calls: number
  readonly callsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** CPU of the process itself, microseconds per call; `undefined` where the system does not tell. */
  readonly cpuMicroseconds: number | undefined
  /** The same with all its children, such as the cells that isolates run in. */
  readonly treeCpuMicroseconds: number | undefined
}

/** Closed loop: every connection has one call in flight, and every answer is checked. A wrong answer rejects. */
export async function measureLoad(plan: LoadPlan): Promise<LoadResult> {
  const connections = await Promise.all(Array.from({ length: plan.connections }, () => openMcpConnection(plan.target)))
  const latencies: number[] = []
  const state = { measuring: false, stopped: false }
  const workers = connections.map((connection, index) => callUntil(connection, plan, index, latencies, state))
  const failure = Promise.all(workers)
  try {
    await Promise.race([sleep(plan.warmupMs), failure])
    const before = readCpu(plan.pid)
    const began = performance.now()
    state.measuring = true
    await Promise.race([sleep(plan.durationMs), failure])
    state.measuring = false
    const seconds = (performance.now() - began) / 1000
    const after = readCpu(plan.pid)
    state.stopped = true
    await failure
    return summarize(plan.connections, latencies, seconds, before, after)
  } finally {
    state.stopped = true
    for (const connection of connections) connection.close()
  }
}

const holdsText = (body: string, text: string) => body.includes(`"text":"${text}"`)

async function callUntil(
  connection: McpConnection,
  { tool, isRight = holdsText }: LoadPlan,
  index: number,
  latencies: number[],
  state: { readonly measuring: boolean; readonly stopped: boolean },
): Promise<void> {
  for (let count = 0; !state.stopped; count++) {
    const text = `hello ${index} ${count}`
    const began = performance.now()
    const body = await connection.call(tool, text)
    if (state.measuring) latencies.push(performance.now() - began)
    if (!isRight(body, text)) throw new Error(`Expected the answer to \`${text}\`, found \`${body.slice(0, 300)}\`.`)
  }
}

function summarize(
  connections: number,
  latencies: number[],
  seconds: number,
  before: ReturnType<typeof readCpu>,
  after: ReturnType<typeof readCpu>,
): LoadResult {
  const sorted = latencies.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  const perCall = (from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined || sorted.length === 0 ? undefined : ((to - from) * 1e6) / sorted.length
  return {
    connections,
    calls: sorted.length,
    callsPerSecond: sorted.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    cpuMicroseconds: perCall(before?.own, after?.own),
    treeCpuMicroseconds: perCall(before?.tree, after?.tree),
  }
}
