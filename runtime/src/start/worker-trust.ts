import type { HttpPorts } from '../http/ports.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Foundation } from './open-foundation.ts'
import type { TrustChain } from './open-trust-chain.ts'

/**
 * Keeps the operator's word on a publisher, and starts again what runs, or would run, in worker threads because of it:
 * code that is no longer trusted does not run on until somebody restarts the host.
 */
export function createWorkerTrust(
  { store, profiles, audit }: Pick<Foundation, 'store' | 'profiles' | 'audit'>,
  { trust }: Pick<TrustChain, 'trust'>,
  kernel: Kernel,
): HttpPorts['trustWorkers'] {
  return async (principal, publisher, workers, requestId) => {
    if (trust.publisher(publisher)?.workers === workers) return
    await trust.trustWorkers(publisher, workers)
    audit.record({
      workspaceId: principal.workspaceId,
      actor: principal.id,
      action: workers ? 'publisher.workers-trusted' : 'publisher.workers-refused',
      target: publisher,
      outcome: 'ok',
      requestId,
    })
    for (const { entry } of kernel.list()) {
      if (!entry.pluginId.startsWith(`${publisher}/`)) continue
      const row = await store.installations.get(entry.installationId)
      if (row?.enabled === true && profiles.get(row.profile)?.tier === 'worker') await kernel.restart(entry)
    }
  }
}
