import { createTrustDesk } from '../install/index.ts'
import type { HttpPorts } from '../http/ports.ts'
import { recheckInstallations } from '../installations/recheck-installations.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { checkOf } from './notice-ports.ts'
import type { Foundation } from './open-foundation.ts'
import type { TrustChain } from './open-trust-chain.ts'

/**
 * Keeps what people say about whom and what this host believes, and looks again at what runs: what is not believed any
 * more is stopped now, not at the next start of the host.
 */
export function openTrustDesk(
  { store, audit }: Pick<Foundation, 'store' | 'audit'>,
  chain: TrustChain,
  kernel: Kernel,
): HttpPorts['trustDesk'] {
  const { trust, policy, registry } = chain
  const desk = createTrustDesk({ trust, policy, trustRoot: () => registry.trustRoot() })
  return {
    ...desk,
    async act(principal, requestId, deed) {
      await deed.run()
      audit.record({
        workspaceId: principal.workspaceId,
        actor: principal.id,
        action: deed.action,
        target: deed.target,
        outcome: 'ok',
        requestId,
        ...(deed.details === undefined ? {} : { details: deed.details }),
      })
      await recheckInstallations({ store, kernel, check: checkOf(chain) }, () => true)
    },
  }
}
