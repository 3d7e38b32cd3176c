import type { Containment } from './containment/containment.ts'
import { type IsolateHostOptions, openIsolateHost } from './isolate/open-isolate-host.ts'
import { createLifecycleHost } from './lifecycle/create-lifecycle-host.ts'
import type { SandboxHost } from './sandbox.ts'
import { type WorkerHostOptions, openWorkerHost } from './worker/open-worker-host.ts'

/** Every tier that runs plugin code, behind one door. */
export interface TieredSandboxHost extends SandboxHost {
  /** What is active around the cells of each tier; for `nexus doctor`. */
  readonly containment: Readonly<Record<'isolate' | 'worker', Containment>>
  /** Process ids of all running cells, for `nexus doctor`. */
  cells(): readonly number[]
}

/** Opens both tiers; a sandbox goes to the one that its profile names, and lives there as its profile's lifecycle says. */
export async function openSandboxHost(options: IsolateHostOptions & WorkerHostOptions): Promise<TieredSandboxHost> {
  const isolates = await openIsolateHost(options)
  const workers = openWorkerHost(options)
  const tiers: Pick<SandboxHost, 'open'> = {
    open: (spec, port, signal) => (spec.profile.tier === 'worker' ? workers : isolates).open(spec, port, signal),
  }
  const managed = createLifecycleHost(tiers)
  return {
    containment: { isolate: isolates.containment, worker: workers.containment },
    cells: () => [...isolates.cells(), ...workers.cells()],
    open: managed.open,
    async [Symbol.asyncDispose]() {
      await Promise.all([isolates[Symbol.asyncDispose](), workers[Symbol.asyncDispose]()])
    },
  }
}
