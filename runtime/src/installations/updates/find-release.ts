import { errorCode } from '@nexus/plugin-api'
import { valid } from 'semver'
import type { InstallationRow } from '../../store/store.ts'
import { installationError } from '../errors.ts'
import type { CheckedRelease, InstallerPorts } from '../ports.ts'
import { DEFAULT_CHANNEL } from './choose-release.ts'
import { rollbackTargets } from './rollback-targets.ts'

/**
 * The release that a person means: a version, a channel, or without either the newest of the channel that is followed.
 * A version whose files are still here is found without a registry too.
 */
export async function findRelease(
  ports: InstallerPorts,
  row: InstallationRow,
  to: string | undefined,
): Promise<CheckedRelease> {
  const version = await versionOf(ports, row, to)
  const kept = (await rollbackTargets(ports, row)).find((side) => side.version === version)
  try {
    const release = await ports.releases.inspect(row.pluginId, version)
    if (release !== undefined) return release
  } catch (error) {
    if (kept === undefined || errorCode(error) !== 'REGISTRY_UNREACHABLE') throw error
  }
  if (kept !== undefined) return await ports.releases.stored(kept.bundleDigest)
  throw unknownRelease(row, to)
}

/** `undefined` means whatever the registry holds newest. */
async function versionOf(
  ports: Pick<InstallerPorts, 'registry' | 'store'>,
  row: InstallationRow,
  to: string | undefined,
): Promise<string | undefined> {
  if (to !== undefined && valid(to) !== null) return to
  const channel = to ?? (await ports.store.updates.setting(row.id))?.channel ?? DEFAULT_CHANNEL
  const facts = await ports.registry.plugin(row.pluginId)
  const points = facts?.channels[channel]
  if (points !== undefined || channel === DEFAULT_CHANNEL) return points
  const known = Object.keys(facts?.channels ?? {})
  throw installationError(
    'INSTALLATION_CHANNEL',
    `Expected a version or a channel of ${row.pluginId}, found \`${channel}\`. Channels: ${known.join(', ') || 'none'}.`,
  )
}

function unknownRelease(row: InstallationRow, to: string | undefined) {
  const wanted = to === undefined ? row.pluginId : `${row.pluginId} ${to}`
  return installationError('INSTALLATION_UNKNOWN', `Expected a release of the registry, found no ${wanted}.`)
}
