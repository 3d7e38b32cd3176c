import { randomUUID } from 'node:crypto'
import { systemPrincipal } from '../../identity/principal.ts'
import type { InstallerPorts } from '../ports.ts'
import { updateInstallation } from '../update-installation.ts'
import { APPLYING_MS } from './limits.ts'

/** Carries out the approved updates whose time has come. One that fails waits again, with the reason. */
export async function applyDue(ports: InstallerPorts, signal: AbortSignal): Promise<number> {
  await giveBackAbandoned(ports)
  let applied = 0
  for (const offer of await ports.store.updates.dueOffers(ports.now())) {
    if (signal.aborted) break
    // Of several nodes one takes it.
    if (!(await ports.store.updates.moveOffer(offer, { state: 'applying', updatedAt: ports.now() }))) continue
    const { installationId, workspaceId, version, consentDigest = '', config, approvedBy = '' } = offer
    const approver = { id: approvedBy, name: offer.approvedByName ?? approvedBy }
    const run = { onStep: () => undefined, signal, requestId: randomUUID() }
    try {
      const request = { version, consentDigest, config: { ...config } }
      const cause = { origin: 'manual', approvedBy: approver } as const
      await updateInstallation(ports, systemPrincipal(workspaceId), installationId, request, run, cause)
      applied += 1
    } catch (error) {
      const problem = (error instanceof Error ? error.message : String(error)).slice(0, 500)
      const change = {
        state: 'waiting',
        reasons: ['FAILED'],
        problem,
        notBefore: undefined,
        updatedAt: ports.now(),
      } as const
      await ports.store.updates.moveOffer({ installationId, version, state: 'applying' }, change)
      ports.log.write(installationId, 'error', `The scheduled update to ${version} failed: ${problem}`)
    }
  }
  return applied
}

/** What a host took and did not finish before it died waits for a person again. */
async function giveBackAbandoned({ store, now }: InstallerPorts): Promise<void> {
  for (const offer of await store.updates.abandonedOffers(new Date(now().getTime() - APPLYING_MS))) {
    const problem = 'The host ended while it was applied.'
    const change = { state: 'waiting', reasons: ['FAILED'], problem, notBefore: undefined, updatedAt: now() } as const
    await store.updates.moveOffer(offer, change)
  }
}
