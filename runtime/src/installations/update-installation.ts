import type { JsonObject } from '@nexus/plugin-api'
import type { UpdateRequest } from '../contract/index.ts'
import { consentDigest, targetName } from '../grants/index.ts'
import type { InstallPlanFacts } from '../http/ports.ts'
import type { Principal } from '../identity/principal.ts'
import type { InstallationRow } from '../store/store.ts'
import { applyChange } from './apply-change.ts'
import { installationError } from './errors.ts'
import type { InstallRun } from './install-plugin.ts'
import { checkFits, planInstall, settle } from './plan-install.ts'
import type { CheckedRelease, InstallerPorts } from './ports.ts'
import { discardUnused, ownRow } from './remove-installation.ts'

/** What an update would give. The present settings are kept as far as the other release knows them. */
export async function planUpdate(
  ports: InstallerPorts,
  workspaceId: string,
  installationId: string,
  request: { readonly version?: string | undefined; readonly config: JsonObject },
): Promise<InstallPlanFacts> {
  const row = await ownRow(ports, workspaceId, installationId)
  const release = await ports.releases.inspect(row.pluginId, request.version)
  if (release === undefined) throw unknownRelease(row, request.version)
  const config = carryOver(row, release, request.config)
  return await planInstall(ports, workspaceId, {
    pluginId: row.pluginId,
    version: release.manifest.version,
    config,
  })
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
): Promise<string> {
  const row = await ownRow(ports, principal.workspaceId, installationId)
  run.onStep('download')
  const release = await ports.releases.keep(row.pluginId, request.version, run.onStep)
  try {
    run.onStep('grant')
    const changed = await settleUpdate(ports, row, release, request)
    run.signal.throwIfAborted()
    run.onStep('start')
    if (row.enabled) await applyChange(ports, row, changed, { principal, requestId: run.requestId })
    else {
      const { id: _id, ...columns } = changed
      await ports.store.installations.update(row.id, columns)
      await discardUnused(ports, row.bundleDigest)
    }
    run.onStep('healthy')
  } catch (error) {
    await discardUnused(ports, release.bundleDigest)
    record(ports, principal, row, release, run.requestId, 'failed')
    throw error
  }
  record(ports, principal, row, release, run.requestId, 'ok')
  return row.id
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
  // A profile that an admin chose stays; one that came with the release goes with it.
  const profile = row.profile === row.manifest.sandbox.profile ? manifest.sandbox.profile : row.profile
  const { version } = manifest
  const side = { version, bundleDigest, manifest, config: values, grants, profile }
  // Whoever chooses another release for a plugin in quarantine wants it to be tried.
  return { ...row, ...side, quarantine: undefined, updatedAt: new Date() }
}

function carryOver(
  row: InstallationRow,
  { manifest }: CheckedRelease,
  written: Readonly<Record<string, unknown>>,
): JsonObject {
  const kept = Object.entries(row.config).filter(([name]) => Object.hasOwn(manifest.config, name))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a stored row and a parsed body are both JSON
  return { ...Object.fromEntries(kept), ...written } as JsonObject
}

function privateTargets(row: InstallationRow): readonly string[] {
  return row.grants.network.filter((grant) => grant.allowPrivateAddresses).map(targetName)
}

function unknownRelease(row: InstallationRow, version: string | undefined) {
  const wanted = version === undefined ? row.pluginId : `${row.pluginId} ${version}`
  return installationError('INSTALLATION_UNKNOWN', `Expected a release of the registry, found no ${wanted}.`)
}

function record(
  ports: Pick<InstallerPorts, 'audit'>,
  principal: Principal,
  row: InstallationRow,
  { manifest }: CheckedRelease,
  requestId: string,
  outcome: 'ok' | 'failed',
): void {
  ports.audit.record({
    workspaceId: row.workspaceId,
    actor: principal.id,
    action: outcome === 'ok' ? 'plugin.updated' : 'plugin.update-failed',
    target: `${row.pluginId}@${manifest.version}`,
    outcome,
    requestId,
    details: { installation: row.id, from: row.version },
  })
}
