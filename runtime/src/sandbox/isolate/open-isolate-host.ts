import { frameKinds } from '../channel/frame.ts'
import type { OpenHead } from '../cell/cell-limits.ts'
import type { Containment } from '../containment/containment.ts'
import { sandboxError } from '../errors.ts'
import type { Boot } from '../guest/wire.ts'
import { MAX_PAYLOAD_BYTES } from '../limits.ts'
import type { CapabilityPort, Sandbox, SandboxHost, SandboxSpec } from '../sandbox.ts'
import { bundleCellCode } from './bundle-code.ts'
import { createCellPool } from './cell-pool.ts'
import { openCodeCache } from './code-cache.ts'
import { FRAME_OVERHEAD_BYTES } from './limits.ts'
import { checkNodeVersion, findAddon, planCell } from './plan-cell.ts'
import { declaredCompletions, declaredEvents, declaredNames, declaredSchedules, learnt } from './read-registrations.ts'
import type { SandboxLogger } from '../sandbox-logger.ts'

export interface IsolateHostOptions {
  /** Private to the host: compiled code in here is trusted. */
  readonly cacheDir: string
  readonly logger: SandboxLogger
  /** `permission` leaves bubblewrap out, for tests of the weaker box. Default `strongest`. */
  readonly strength?: 'strongest' | 'permission'
}

/** Runs plugins in isolates, in cells. */
export interface IsolateHost extends SandboxHost {
  /** What is active around each cell; for `nexus doctor`. */
  readonly containment: Containment
  /** Process ids of the running cells, for `nexus doctor`. */
  cells(): readonly number[]
}

/** Opens the isolate tier. No cell runs before the first sandbox is opened. */
export async function openIsolateHost(options: IsolateHostOptions): Promise<IsolateHost> {
  checkNodeVersion()
  const { logger } = options
  const code = await bundleCellCode(options.cacheDir)
  const plan = planCell(code.cellPath, findAddon(), options.strength)
  const start = { plan, guestCode: code.guestCode, maxFrameBytes: MAX_PAYLOAD_BYTES + FRAME_OVERHEAD_BYTES }
  const cache = await openCodeCache(options.cacheDir, { ...start, logger, memoryCapBytes: () => MAX_COMPILE_BYTES })
  const pool = createCellPool(start, logger)

  return {
    containment: plan.containment,
    cells: pool.cells,
    async open(spec, port, signal) {
      if (spec.profile.tier !== 'isolate') {
        throw sandboxError(
          'SANDBOX_TIER_UNAVAILABLE',
          `Expected a profile of tier isolate, found \`${spec.profile.name}\` of tier ${spec.profile.tier}.`,
        )
      }
      signal.throwIfAborted()
      return openSandbox(spec, port, signal, pool, cache)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([pool[Symbol.asyncDispose](), cache[Symbol.asyncDispose]()])
    },
  }
}

const MAX_COMPILE_BYTES = 1_073_741_824

type Pool = ReturnType<typeof createCellPool>
type Cache = Awaited<ReturnType<typeof openCodeCache>>

async function openSandbox(
  spec: SandboxSpec,
  port: CapabilityPort,
  signal: AbortSignal,
  pool: Pool,
  cache: Cache,
): Promise<Sandbox> {
  const [cachedData, placed] = await Promise.all([
    cache.get(spec.codeDigest, spec.code, `${spec.manifest.id}.js`),
    pool.place(spec, port),
  ])
  const { isolate, number, cell } = placed
  const { startMs } = spec.limits
  const late = setTimeout(() => {
    placed.blame()
    const message = `Expected \`activate\` to return within ${startMs} ms (startMs), it did not.`
    isolate.end({ code: 'SANDBOX_START_TIMEOUT', message, limit: 'startMs', value: startMs })
    cell.channel.send(frameKinds.close, number, 0)
  }, startMs)
  const cancelled = (): void => {
    isolate.end({ code: 'CALL_CANCELLED', message: 'The start of the plugin was cancelled.' })
    cell.channel.send(frameKinds.close, number, 0)
  }
  signal.addEventListener('abort', cancelled, { once: true })
  try {
    signal.throwIfAborted()
    if (cachedData !== undefined) cell.channel.send(frameKinds.cache, number, 0, '', cachedData)
    cell.channel.send(frameKinds.open, number, 0, JSON.stringify(openHead(spec)), spec.code)
    await isolate.opened
    return isolate.sandbox
  } finally {
    clearTimeout(late)
    signal.removeEventListener('abort', cancelled)
  }
}

/** What a cell is told of a sandbox. */
export function openHead(spec: SandboxSpec): OpenHead {
  const { manifest, limits } = spec
  const boot: Omit<Boot, 'config'> & { readonly config: unknown } = {
    plugin: { id: manifest.id, version: manifest.version },
    installationId: spec.installationId,
    workspaceId: spec.workspaceId,
    config: spec.config,
    names: {
      tool: declaredNames(manifest, 'tools'),
      resource: declaredNames(manifest, 'resources'),
      prompt: declaredNames(manifest, 'prompts'),
      policy: declaredNames(manifest, 'policies'),
      upstream: declaredNames(manifest, 'upstreams'),
      event: declaredEvents(manifest),
      schedule: declaredSchedules(manifest),
      completion: declaredCompletions(manifest),
    },
    ...learnt(manifest),
    payloadBytes: limits.payloadBytes,
  }
  const { clockResolutionMs, outstandingCapabilityCalls } = limits
  const clock = spec.clockMs !== undefined && { clockMs: spec.clockMs }
  const shape = { clockResolutionMs, ...clock, outstandingCapabilityCalls, features: spec.profile.features }
  const inspect = spec.inspect === true && { inspect: true }
  return { pluginId: manifest.id, limits, boot: JSON.stringify(boot), shape, ...inspect }
}
