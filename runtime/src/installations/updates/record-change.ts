import { randomUUID } from 'node:crypto'
import type { StateReason } from '../../kernel/ports.ts'
import type { InstallationRow } from '../../store/store.ts'
import type { VersionChangeRow, VersionSide } from '../../store/update.ts'
import type { InstallerPorts } from '../ports.ts'

type Ports = Pick<InstallerPorts, 'store'>

/** Who changed a version, and why. */
export interface ChangeCause {
  readonly origin: VersionChangeRow['origin']
  readonly by: string
  readonly byName: string
}

/** What is written down of one change of an installation's version. */
export interface ChangeRecord {
  /** Before anything changes: a host that dies from here on knows what to go back to. */
  begin(): Promise<void>
  kept(reason?: StateReason): Promise<void>
  rolledBack(reason: StateReason): Promise<void>
  /** It never served. */
  failed(reason: StateReason): Promise<void>
}

/** The record of going from one row to another. */
export function recordChange(
  { store }: Ports,
  before: InstallationRow | undefined,
  after: InstallationRow,
  { origin, by, byName }: ChangeCause,
): ChangeRecord {
  const id = randomUUID()
  let begun = false
  const row = (): VersionChangeRow => ({
    id,
    installationId: after.id,
    workspaceId: after.workspaceId,
    version: after.version,
    bundleDigest: after.bundleDigest,
    before: before === undefined ? undefined : sideOf(before),
    origin,
    by,
    byName,
    outcome: 'probation',
    code: undefined,
    message: undefined,
    at: new Date(),
    endedAt: undefined,
  })
  const begin = async (): Promise<void> => {
    if (begun) return
    begun = true
    await store.updates.begin(row())
  }
  const end = async (outcome: VersionChangeRow['outcome'], reason?: StateReason): Promise<void> => {
    await begin()
    const message = reason?.message.slice(0, 1000)
    await store.updates.end(id, { outcome, code: reason?.code, message, endedAt: new Date() })
  }
  return {
    begin,
    kept: (reason) => end('kept', reason),
    rolledBack: (reason) => end('rolled-back', reason),
    failed: (reason) => end('failed', reason),
  }
}

export function sideOf({ version, bundleDigest, manifest, config, grants, profile }: InstallationRow): VersionSide {
  return { version, bundleDigest, manifest, config, grants, profile }
}
