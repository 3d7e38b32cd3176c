import type { InstallationRow } from '../../store/store.ts'
import type { VersionChangeRow } from '../../store/update.ts'
import type { InstallerPorts } from '../ports.ts'
import { HISTORY_ROWS, INTERRUPTED_TRIES } from './limits.ts'
import { INTERRUPTED } from './settle-interrupted.ts'

/** Tells whether an installation left a version again, by a fault or by somebody's wish: then only a person takes it there. */
export async function failedVersions(
  { store }: { readonly store: Pick<InstallerPorts['store'], 'updates'> },
  row: InstallationRow,
): Promise<(version: string) => boolean> {
  const history = await store.updates.history(row.id, HISTORY_ROWS)
  return (version) => {
    const tries = history.filter((change) => change.version === version && isBad(change))
    const interrupted = tries.filter(({ code }) => code === INTERRUPTED)
    const left = history.some(
      ({ origin, outcome, before }) => origin === 'rollback' && outcome !== 'failed' && before?.version === version,
    )
    return left || tries.length > interrupted.length || interrupted.length >= INTERRUPTED_TRIES
  }
}

function isBad({ outcome }: VersionChangeRow): boolean {
  return outcome === 'failed' || outcome === 'rolled-back'
}
