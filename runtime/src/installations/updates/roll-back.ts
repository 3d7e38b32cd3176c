import { consentDigest, expandedPermissions, resolveGrants } from '../../grants/index.ts'
import type { Principal } from '../../identity/principal.ts'
import type { InstallationRow } from '../../store/store.ts'
import type { VersionSide } from '../../store/update.ts'
import { installationError } from '../errors.ts'
import type { InstallRun } from '../install-plugin.ts'
import { ownRow } from '../own-row.ts'
import { checkFits } from '../plan-install.ts'
import type { InstallerPorts } from '../ports.ts'
import { auditUpdate, carryOut, requireUnpinned } from '../update-installation.ts'
import { privateTargets } from './carry-over.ts'
import { rollbackTargets } from './rollback-targets.ts'

/** Where to go back to, and the consent to it, which is needed only where it grants more than is granted now. */
export interface RollbackRequest {
  readonly version?: string | undefined
  readonly consentDigest?: string | undefined
}

/**
 * Goes back to a version that ran here before, with the settings it ran with, from the files that were kept: no registry
 * is asked. Swaps under live calls, as every change does.
 */
export async function rollBack(
  ports: InstallerPorts,
  principal: Principal,
  installationId: string,
  request: RollbackRequest,
  run: InstallRun,
): Promise<string> {
  const row = await ownRow(ports, principal.workspaceId, installationId)
  await requireUnpinned(ports, row)
  const side = await chooseSide(ports, row, request.version)
  run.onStep('verify')
  const { manifest, bundleDigest } = await ports.releases.stored(side.bundleDigest)
  checkFits(ports, manifest)
  run.onStep('grant')
  const allowPrivateAddresses = privateTargets(side)
  const grants = resolveGrants(manifest, side.config, { allowPrivateAddresses })
  requireConsent(row, side.version, grants, consentDigest(bundleDigest, grants), request.consentDigest)
  const changed: InstallationRow = { ...row, ...side, manifest, grants, quarantine: undefined, updatedAt: new Date() }
  run.signal.throwIfAborted()
  run.onStep('start')
  const cause = { origin: 'rollback' } as const
  try {
    await carryOut(ports, principal, row, changed, run.requestId, cause)
  } catch (error) {
    auditUpdate(ports, principal, row, side.version, run.requestId, 'failed', cause)
    throw error
  }
  run.onStep('healthy')
  auditUpdate(ports, principal, row, side.version, run.requestId, 'ok', cause)
  return row.id
}

async function chooseSide(
  ports: InstallerPorts,
  row: InstallationRow,
  version: string | undefined,
): Promise<VersionSide> {
  const targets = await rollbackTargets(ports, row)
  const side = version === undefined ? targets[0] : targets.find((target) => target.version === version)
  if (side !== undefined) return side
  const known = targets.map((target) => target.version).join(', ') || 'none'
  throw installationError(
    'INSTALLATION_NO_ROLLBACK',
    `Expected a version that ran here before, found ${version ?? 'none'}. Kept: ${known}. Another release is an update: \`nexus plugin update ${row.label}@<version>\`.`,
  )
}

function requireConsent(
  row: InstallationRow,
  version: string,
  grants: InstallationRow['grants'],
  digest: string,
  given: string | undefined,
): void {
  const expanded = expandedPermissions(row.grants, grants)
  if (expanded.length === 0 || given === digest) return
  const wider = expanded.map(({ family, name, verbs }) => `${family} ${verbs.join(', ')} ${name}`)
  throw installationError(
    'INSTALLATION_CONSENT',
    `Expected consent to what ${version} may and ${row.version} may not, found none: ${wider.join('; ')}.`,
    { details: { consentDigest: digest, expanded: wider } },
  )
}
