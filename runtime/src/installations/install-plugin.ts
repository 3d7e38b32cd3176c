import { randomUUID } from 'node:crypto'
import type { InstallRequest } from '../contract/index.ts'
import { consentDigest } from '../grants/index.ts'
import type { StepReporter } from '../http/ports.ts'
import type { Principal } from '../identity/principal.ts'
import type { InstallationRow } from '../store/store.ts'
import { awaitHealthy } from './await-healthy.ts'
import { chooseLabel } from './choose-label.ts'
import { chooseProfile } from './choose-profile.ts'
import { entryOf } from './entry.ts'
import { installationError } from './errors.ts'
import { checkFits, settle } from './plan-install.ts'
import type { CheckedRelease, InstallerPorts } from './ports.ts'
import { nameOf } from './name-of.ts'
import { discardUnused } from './updates/keep-releases.ts'
import { recordChange } from './updates/record-change.ts'

/** How an install is watched and stopped. */
export interface InstallRun {
  readonly onStep: StepReporter
  readonly signal: AbortSignal
  readonly requestId: string
}

/** Fetches, verifies, grants and starts. Keeps nothing when it fails: no row, no files, no names. */
export async function installPlugin(
  ports: InstallerPorts,
  principal: Principal,
  request: InstallRequest,
  run: InstallRun,
): Promise<string> {
  if (request.label !== undefined) {
    // Said before anything is fetched; asked again when the row is written.
    chooseLabel(request.pluginId, request.label, await ports.store.installations.ofWorkspace(principal.workspaceId))
  }
  run.onStep('download')
  const release = await ports.releases.keep(request.pluginId, request.version, run.onStep)
  let row: InstallationRow | undefined
  try {
    run.onStep('grant')
    row = await grant(ports, principal, request, release)
    run.signal.throwIfAborted()
    await ports.store.installations.insert(row)
    run.onStep('start')
    ports.guards.expect(row)
    const status = await ports.kernel.add(entryOf(row))
    run.onStep('healthy')
    if (status.state !== 'active') {
      throw installationError(
        'INSTALLATION_UNHEALTHY',
        `Expected ${row.pluginId} to start, found it ${status.state} (${status.reason?.code ?? 'unknown'}: ${status.reason?.message ?? 'no reason given'}).`,
      )
    }
    await awaitHealthy(ports.upstreams, row.workspaceId, row.id, run.signal)
    const cause = { origin: 'install', by: principal.id, byName: await nameOf(ports, principal.id) } as const
    await recordChange(ports, undefined, row, cause).kept()
  } catch (error) {
    if (row !== undefined) await undo(ports, row)
    await discardUnused(ports, release.manifest.id, [release.bundleDigest])
    ports.audit.record({
      workspaceId: principal.workspaceId,
      actor: principal.id,
      action: 'plugin.install-failed',
      target: `${request.pluginId}@${request.version}`,
      outcome: 'failed',
      requestId: run.requestId,
    })
    throw error
  }
  ports.audit.record({
    workspaceId: row.workspaceId,
    actor: principal.id,
    action: 'plugin.installed',
    target: `${row.pluginId}@${row.version}`,
    outcome: 'ok',
    requestId: run.requestId,
    details: { installation: row.id, consent: request.consentDigest, bundle: row.bundleDigest.slice(0, 40) },
  })
  return row.id
}

async function grant(
  ports: InstallerPorts,
  principal: Principal,
  request: InstallRequest,
  release: CheckedRelease,
): Promise<InstallationRow> {
  const { manifest, bundleDigest } = release
  checkFits(ports, manifest)
  const profile = chooseProfile(ports, request.profile ?? manifest.sandbox.profile, manifest)
  const { values, issues, grants } = await settle(
    ports,
    principal.workspaceId,
    manifest,
    request.config,
    request.allowPrivateAddresses,
  )
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
  const now = new Date()
  return {
    id: randomUUID(),
    workspaceId: principal.workspaceId,
    pluginId: manifest.id,
    version: manifest.version,
    bundleDigest,
    manifest,
    config: values,
    grants,
    profile: profile.name,
    enabled: true,
    label: chooseLabel(manifest.id, request.label, await ports.store.installations.ofWorkspace(principal.workspaceId)),
    quarantine: undefined,
    installedBy: principal.id,
    createdAt: now,
    updatedAt: now,
  }
}

async function undo(ports: InstallerPorts, row: InstallationRow): Promise<void> {
  ports.guards.release(row.id)
  if (ports.kernel.status(row.id) !== undefined) await ports.kernel.remove(row.id)
  await ports.store.installations.remove(row.id)
  await ports.store.exposedNames.removeLabel(row.workspaceId, row.label)
}
