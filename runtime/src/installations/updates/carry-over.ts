import type { JsonObject } from '@nexus/plugin-api'
import { targetName } from '../../grants/index.ts'
import type { InstallationRow } from '../../store/store.ts'
import type { CheckedRelease } from '../ports.ts'

/** The settings of an installation that another release knows too, with what is written now over them. */
export function carryOver(
  row: Pick<InstallationRow, 'config'>,
  { manifest }: Pick<CheckedRelease, 'manifest'>,
  written: Readonly<Record<string, unknown>>,
): JsonObject {
  const kept = Object.entries(row.config).filter(([name]) => Object.hasOwn(manifest.config, name))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a stored row and a parsed body are both JSON
  return { ...Object.fromEntries(kept), ...written } as JsonObject
}

/** Hosts inside the own network that the admin opened to an installation. */
export function privateTargets(row: Pick<InstallationRow, 'grants'>): readonly string[] {
  return row.grants.network.filter((grant) => grant.allowPrivateAddresses).map(targetName)
}
