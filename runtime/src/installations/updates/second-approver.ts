import type { UpdateRequest } from '../../contract/index.ts'
import { type Principal, personOf } from '../../identity/principal.ts'
import type { InstallationRow } from '../../store/store.ts'
import { installationError } from '../errors.ts'
import type { InstallerPorts } from '../ports.ts'
import type { UpdateCause } from '../update-installation.ts'
import { planUpdate } from './plan-update.ts'

/** Refuses a change that widens with the consent of one person, where the workspace wants two. */
export async function requireSecondApprover(
  ports: InstallerPorts,
  principal: Principal,
  row: InstallationRow,
  { version, consentDigest, config }: UpdateRequest,
  { approvedBy }: UpdateCause,
): Promise<void> {
  // Carried out by the host: both were asked when it was approved.
  if (approvedBy !== undefined) return
  if ((await ports.store.updates.policy(row.workspaceId))?.secondApprover !== true) return
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a parsed body is JSON
  const request = { to: version, config: config as Parameters<typeof planUpdate>[3]['config'] }
  const { needsSecondApprover } = await planUpdate(ports, row.workspaceId, row.id, request)
  if (!needsSecondApprover || (await isSecond(ports, principal, row, consentDigest))) return
  throw installationError(
    'INSTALLATION_SECOND_APPROVER',
    'Expected the consent of two people, as this workspace demands for updates that widen, found one. Approve the update and let somebody else approve it too.',
  )
}

/** Did somebody else agree to exactly this before? */
export async function isSecond(
  { store }: Pick<InstallerPorts, 'store'>,
  principal: Principal,
  row: InstallationRow,
  consentDigest: string,
): Promise<boolean> {
  const offer = await store.updates.offer(row.id)
  if (offer?.consentDigest !== consentDigest || offer.approvedBy === undefined) return false
  return offer.approvedBy !== personOf(principal)
}
