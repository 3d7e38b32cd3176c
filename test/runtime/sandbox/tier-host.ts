import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sandboxError } from '../../../runtime/src/sandbox/errors.ts'
import { openSandboxHost } from '../../../runtime/src/sandbox/open-sandbox-host.ts'
import type { SandboxLimits } from '../../../runtime/src/sandbox/profile.ts'
import type {
  CallUse,
  CapabilityPort,
  Sandbox,
  SandboxBreach,
  SandboxObserver,
} from '../../../runtime/src/sandbox/sandbox.ts'
import { limits, parseAttackManifest } from '../../escape/arena.ts'

export type CodeTier = 'isolate' | 'worker'

/** One capability call, as the host saw it. */
export interface SeenCapability {
  readonly capability: string
  readonly requestId: string | undefined
}

export interface TierPlugin {
  readonly limits?: Partial<SandboxLimits>
  readonly instances?: number
  readonly manifest?: Readonly<Record<string, unknown>>
  readonly webAssembly?: boolean
  readonly signal?: AbortSignal
}

/** Both tiers that run code, with a capability port of a few lines behind them. */
export interface TierHost extends AsyncDisposable {
  readonly tier: CodeTier
  readonly logs: string[]
  readonly seen: SeenCapability[]
  readonly uses: CallUse[]
  readonly breaches: SandboxBreach[]
  readonly cacheDir: string
  cells(): readonly number[]
  open(code: string, plugin?: TierPlugin): Promise<Sandbox>
}

export interface TierHostOptions {
  readonly strength?: 'strongest' | 'permission'
  readonly isTrusted?: (publisher: string) => boolean
}

export async function openTierHost(tier: CodeTier, options: TierHostOptions = {}): Promise<TierHost> {
  const folder = await mkdtemp(join(tmpdir(), `nexus-${tier}-`))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rm(folder, { recursive: true }))
  const host = stack.use(
    await openSandboxHost({
      cacheDir: join(folder, 'cache'),
      logger: { warn: () => undefined },
      strength: options.strength ?? 'strongest',
      isTrusted: options.isTrusted ?? (() => true),
    }),
  )
  const logs: string[] = []
  const seen: SeenCapability[] = []
  const uses: CallUse[] = []
  const breaches: SandboxBreach[] = []
  const observer: SandboxObserver = {
    callEnded: (use) => void uses.push(use),
    breached: (breach) => void breaches.push(breach),
  }
  const port = createPort(logs, seen)
  const owned = stack.move()
  let count = 0
  return {
    tier,
    logs,
    seen,
    uses,
    breaches,
    cacheDir: join(folder, 'cache'),
    cells: host.cells,
    async open(code, plugin = {}) {
      const parsed = parseAttackManifest(plugin.manifest)
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues))
      // A busy machine takes its time to start a process with threads.
      const held = { ...limits, startMs: 30_000, ...plugin.limits }
      count += 1
      return await host.open(
        {
          installationId: `${tier}-${count}`,
          workspaceId: 'w1',
          manifest: parsed.manifest,
          code,
          codeDigest: `sha256:${createHash('sha256').update(code).digest('hex')}`,
          config: {},
          profile: {
            name: `test-${tier}`,
            title: 'Test',
            description: 'Small limits.',
            tier,
            limits: held,
            lifecycle: { start: 'eager', idleStopMs: 0, instances: plugin.instances ?? 1 },
            features: { webAssembly: plugin.webAssembly ?? false, sharedArrayBuffer: false },
          },
          limits: held,
          observer,
        },
        port,
        plugin.signal ?? new AbortController().signal,
      )
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Private storage and a log; a key `forbidden` is refused, a key `slow` is answered when the call is over. */
function createPort(logs: string[], seen: SeenCapability[]): CapabilityPort {
  const stored = new Map<string, string>()
  return {
    async call(capability, argumentsJson, { requestId, signal }) {
      if (capability === 'log.write') {
        const line: { message: string } = JSON.parse(argumentsJson)
        logs.push(line.message)
        return 'null'
      }
      seen.push({ capability, requestId })
      const { key, value }: { key: string; value: string } = JSON.parse(argumentsJson)
      if (key === 'forbidden') throw sandboxError('SANDBOX_UNAVAILABLE', 'Not this key.')
      if (key === 'slow') await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      if (capability === 'storage.set') stored.set(key, value)
      return JSON.stringify(stored.get(key) ?? null)
    },
  }
}
