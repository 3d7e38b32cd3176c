import type { UpdateRequest } from '../contract/index.ts'
import { consentDigest } from '../grants/index.ts'
import type { Principal } from '../identity/principal.ts'
import type { InstallationRow } from '../store/store.ts'
import type { VersionChangeRow } from '../store/update.ts'
import { applyChange } from './apply-change.ts'
import { installationError } from './errors.ts'
import type { InstallRun } from './install-plugin.ts'
import { nameOf } from './name-of.ts'
import { ownRow } from './own-row.ts'
import { checkFits, settle } from './plan-install.ts'
import type { CheckedRelease, InstallerPorts } from './ports.ts'
import { carryOver, privateTargets } from './updates/carry-over.ts'
import { profileAfter } from './updates/diff-sandbox.ts'
import { discardUnused } from './updates/keep-releases.ts'
import { type ChangeCause, recordChange } from './updates/record-change.ts'
import { requireSecondApprover } from './updates/second-approver.ts'

/** Why an update happens. */
export interface UpdateCause {
  readonly origin: VersionChangeRow['origin']
  /** Who agreed, when somebody else carries it out: the host at its time. */
  readonly approvedBy?: { readonly id: string; readonly name: string } | undefined
}

/**
 * Swaps an installation to another release of its plugin, newer or older, under live calls. A disabled installation is
 * changed and stays disabled. When the new release does not come up nothing has changed.
 */
export async function updateInstallation(
  ports: InstallerPorts,
  principal: Principal,
  installationId: string,
  request: UpdateRequest,
  run: InstallRun,
  cause: UpdateCause = { origin: 'manual' },
): Promise<string> {
  const row = await ownRow(ports, principal.workspaceId, installationId)
  await requireUnpinned(ports, row)
  await requireSecondApprover(ports, principal, row, request, cause)
  run.onStep('download')
  const release = await ports.releases.keep(row.pluginId, request.version, run.onStep)
  try {
    run.onStep('grant')
    const changed = await settleUpdate(ports, row, release, request)
    run.signal.throwIfAborted()
    run.onStep('start')
    await carryOut(ports, principal, row, changed, run.requestId, cause)
    run.onStep('healthy')
  } catch (error) {
    await discardUnused(ports, row.pluginId, [release.bundleDigest])
    auditUpdate(ports, principal, row, release.manifest.version, run.requestId, 'failed', cause)
    throw error
  }
  await forgetOffer(ports, row.id, release.manifest.version)
  auditUpdate(ports, principal, row, release.manifest.version, run.requestId, 'ok', cause)
  return row.id
}

/** Changes a running installation by a swap, one that does not run in its row. */
export async function carryOut(
  ports: InstallerPorts,
  principal: Principal,
  row: InstallationRow,
  changed: InstallationRow,
  requestId: string,
  { origin, approvedBy }: UpdateCause,
): Promise<void> {
  const { id, name } = approvedBy ?? { id: principal.id, name: await nameOf(ports, principal.id) }
  const cause: ChangeCause = { origin, by: id, byName: name }
  if (row.enabled) {
    await applyChange(ports, row, changed, { principal, requestId, cause })
    return
  }
  const { id: _id, ...columns } = changed
  await ports.store.installations.update(row.id, columns)
  await recordChange(ports, row, changed, cause).kept()
  await discardUnused(ports, row.pluginId, [row.bundleDigest])
}

async function settleUpdate(
  ports: InstallerPorts,
  row: InstallationRow,
  release: CheckedRelease,
  request: UpdateRequest,
): Promise<InstallationRow> {
  const { manifest, bundleDigest } = release
  checkFits(ports, manifest)
  const allowed = request.allowPrivateAddresses ?? privateTargets(row)
  const written = carryOver(row, release, request.config)
  const { values, issues, grants } = await settle(ports, row.workspaceId, manifest, written, allowed)
  if (issues.length > 0) {
    throw installationError(
      'INSTALLATION_CONFIG',
      `Expected a complete configuration, found ${issues.map(({ path, message }) => `${path}: ${message}`).join('; ')}`,
      { details: { errors: issues } },
    )
  }
  if (consentDigest(bundleDigest, grants) !== request.consentDigest) {
    throw installationError(
      'INSTALLATION_CONSENT',
      'Expected consent to what would be granted now, found consent to something else. Look at the plan again.',
    )
  }
  const side = {
    version: manifest.version,
    bundleDigest,
    manifest,
    config: values,
    grants,
    profile: profileAfter(row, manifest),
  }
  // Whoever chooses another release for a plugin in quarantine wants it to be tried.
  return { ...row, ...side, quarantine: undefined, updatedAt: new Date() }
}

/** A pinned version does not move; the health gate alone takes a change back. */
export async function requireUnpinned({ store }: Pick<InstallerPorts, 'store'>, row: InstallationRow): Promise<void> {
  if ((await store.updates.setting(row.id))?.pinned !== true) return
  throw installationError(
    'INSTALLATION_PINNED',
    `Expected a version that may move, found ${row.label} pinned to ${row.version}. Unpin it first.`,
  )
}

/** What waited for this version, or for one before it, is over. */
async function forgetOffer({ store }: Pick<InstallerPorts, 'store'>, installationId: string, version: string) {
  const offer = await store.updates.offer(installationId)
  if (offer !== undefined && (offer.version === version || offer.state !== 'declined')) {
    await store.updates.removeOffer(installationId)
  }
}

export function auditUpdate(
  ports: Pick<InstallerPorts, 'audit'>,
  principal: Principal,
  row: InstallationRow,
  version: string,
  requestId: string,
  outcome: 'ok' | 'failed',
  { origin, approvedBy }: UpdateCause,
): void {
  const done = origin === 'rollback' ? 'plugin.rolled-back' : 'plugin.updated'
  ports.audit.record({
    workspaceId: row.workspaceId,
    actor: principal.id,
    action: outcome === 'ok' ? done : 'plugin.update-failed',
    target: `${row.pluginId}@${version}`,
    outcome,
    requestId,
    details: {
      installation: row.id,
      from: row.version,
      origin,
      ...(approvedBy !== undefined && { approvedBy: approvedBy.id }),
    },
  })
}
