import { createHash } from 'node:crypto'
import { errorCode } from '@nexus/plugin-api'
import type { SandboxLimits } from '../../../runtime/src/sandbox/profile.ts'
import type { SandboxSpec } from '../../../runtime/src/sandbox/sandbox.ts'
import { type Holdings, lookAtHoldings } from './holdings.ts'
import { type NexusCells, callSandbox } from './nexus-cell.ts'

interface Bomb {
  readonly body: string
  readonly limits: Partial<SandboxLimits>
  /** What the caller may hear of it. */
  readonly codes: readonly string[]
}

type NamedBomb = readonly [name: string, bomb: Bomb]

/** CPU time is to run out, not the clock: on a busy machine 60 ms of it can take seconds. */
const BUSY = { cpuMsPerCall: 60, wallMsPerCall: 30_000 }
const SHORT = { wallMsPerCall: 300 }
/** Memory is to run out, not time. */
const SMALL = { memoryMb: 16, cpuMsPerCall: 20_000, wallMsPerCall: 30_000 }

/** Ways to break a limit. Buffers are refused within the sandbox as long as its memory is not gone. */
const BOMBS: readonly [NamedBomb, ...NamedBomb[]] = [
  ['CPU loop', { body: 'for (;;);', limits: BUSY, codes: ['SANDBOX_CPU'] }],
  [
    'heap',
    {
      body: "const kept = []; for (;;) kept.push('x'.repeat(1000) + kept.length)",
      limits: SMALL,
      codes: ['SANDBOX_MEMORY'],
    },
  ],
  [
    'buffers',
    {
      body: 'const kept = []; for (;;) kept.push(new Uint8Array(1e6).fill(1))',
      limits: SMALL,
      codes: ['SANDBOX_MEMORY', 'PLUGIN_ERROR'],
    },
  ],
  [
    'loop that cannot be interrupted',
    {
      body: 'return String(Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1))',
      limits: BUSY,
      codes: ['SANDBOX_CPU'],
    },
  ],
  ['answer that never comes', { body: 'await new Promise(() => {})', limits: SHORT, codes: ['SANDBOX_TIMEOUT'] }],
]

/** Two at a time, each in cells of its own: one may lose its cell to what the other does otherwise. */
const LANES = 2
const INSTALLATIONS = 8
const WARM_UP = 20

export interface Breaches {
  readonly breaches: number
  /** `bomb: code` and how often that was. */
  readonly ends: Readonly<Record<string, number>>
  readonly unexpected: number
  readonly before: Holdings
  readonly after: Holdings
}

/** Breaks limits again and again, and compares what is held before and after. */
export async function measureBreaches(cells: NexusCells, breaches: number): Promise<Breaches> {
  // Allocators keep what they once had.
  await breakLimits(cells, WARM_UP)
  const before = await lookAtHoldings(cells)
  const ended = await breakLimits(cells, breaches)
  return { breaches, ...ended, before, after: await lookAtHoldings(cells) }
}

async function breakLimits(cells: NexusCells, breaches: number): Promise<Pick<Breaches, 'ends' | 'unexpected'>> {
  const ends: Record<string, number> = {}
  let unexpected = 0
  let started = 0
  const lane = async (number: number): Promise<void> => {
    while (started < breaches) {
      const installation = `breach-${number}-${started % INSTALLATIONS}`
      const [name, bomb] = BOMBS[started % BOMBS.length] ?? BOMBS[0]
      started += 1
      const code = await breach(cells, installation, bomb)
      if (!bomb.codes.includes(code)) unexpected += 1
      ends[`${name}: ${code}`] = (ends[`${name}: ${code}`] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)))
  return { ends, unexpected }
}

async function breach(cells: NexusCells, installationId: string, bomb: Bomb): Promise<string> {
  const sandbox = await cells.host.open(bombSpec(cells, installationId, bomb), cells.port, new AbortController().signal)
  try {
    await callSandbox(sandbox, 'echo', '{"text":"x"}')
    return 'answered'
  } catch (error) {
    return errorCode(error) ?? 'without a code'
  } finally {
    await sandbox[Symbol.asyncDispose]()
  }
}

function bombSpec(cells: NexusCells, installationId: string, { body, limits }: Bomb): SandboxSpec {
  const spec = cells.spec(installationId)
  const code = `export default { activate(context) { context.tools.handle('echo', async () => { ${body} }); context.tools.handle('get', async () => '') } }`
  return {
    ...spec,
    code,
    codeDigest: `sha256:${createHash('sha256').update(code).digest('hex')}`,
    profile: { ...spec.profile, name: installationId },
    limits: { ...spec.limits, ...limits },
  }
}
