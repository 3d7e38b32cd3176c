import type { Containment } from '../containment/containment.ts'
import { sandboxError } from '../errors.ts'
import { checkNodeVersion } from '../isolate/plan-cell.ts'
import type { SandboxLogger } from '../sandbox-logger.ts'
import type { Sandbox, SandboxHost } from '../sandbox.ts'
import { bundleWorkerCode } from './bundle-worker-code.ts'
import { type WorkerCellParts, openWorkerCell } from './open-worker-cell.ts'
import { planThreads } from './plan-threads.ts'
import { requireTrust } from './require-trust.ts'

export interface WorkerHostOptions {
  /** Private to the host. */
  readonly cacheDir: string
  readonly logger: SandboxLogger
  /** Did the operator say that this publisher's code may run in worker threads? Asked at every start. */
  readonly isTrusted: (publisher: string) => boolean
  /** Any code may run here to be debugged. Default false. */
  readonly isDeveloper?: boolean
  /** `permission` leaves bubblewrap out, for tests of the weaker box. Default `strongest`. */
  readonly strength?: 'strongest' | 'permission'
}

/** Runs plugins of trusted publishers in worker threads, each installation in a cell of its own. */
export interface WorkerHost extends SandboxHost {
  /** What is active around each cell; for `nexus doctor`. */
  readonly containment: Containment
  /** Process ids of the running cells, for `nexus doctor`. */
  cells(): readonly number[]
}

/** Opens the worker tier. Nothing is bundled and no cell runs before the first sandbox is opened. */
export function openWorkerHost(options: WorkerHostOptions): WorkerHost {
  checkNodeVersion()
  const cells = new Map<Sandbox, number>()
  let last = 0
  let parts: Promise<WorkerCellParts> | undefined
  let inspectedParts: Promise<WorkerCellParts> | undefined
  const { containment } = planThreads({ cellPath: '', threadPath: '' }, options.strength)
  const prepare = async (mayInspect: boolean): Promise<WorkerCellParts> => {
    const plan = planThreads(await bundleWorkerCode(options.cacheDir), options.strength, mayInspect)
    return { plan, logger: options.logger }
  }
  return {
    containment,
    cells: () => [...cells.values()],
    async open(spec, port, signal) {
      const { profile, manifest } = spec
      if (profile.tier !== 'worker')
        throw sandboxError(
          'SANDBOX_TIER_UNAVAILABLE',
          `Expected a profile of tier worker, found \`${profile.name}\` of tier ${profile.tier}.`,
        )
      const isInspected = spec.inspect === true && options.isDeveloper === true
      if (!isInspected) requireTrust(manifest.id, options.isTrusted)
      signal.throwIfAborted()
      last = (last % 0xff_ff_ff_fe) + 1
      const { sandbox, pid } = await openWorkerCell(
        await (isInspected ? (inspectedParts ??= prepare(true)) : (parts ??= prepare(false))),
        last,
        spec,
        port,
        signal,
      )
      cells.set(sandbox, pid)
      void sandbox.exited.then(() => cells.delete(sandbox))
      return sandbox
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...cells.keys()].map((sandbox) => sandbox[Symbol.asyncDispose]()))
    },
  }
}
