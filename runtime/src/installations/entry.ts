import type { PluginEntry } from '../kernel/ports.ts'
import type { InstallationRow } from '../store/store.ts'

/** What the kernel knows of an installation. */
export function entryOf(row: InstallationRow): PluginEntry {
  return {
    installationId: row.id,
    workspaceId: row.workspaceId,
    pluginId: row.pluginId,
    version: row.version,
    kind: row.manifest.kind,
    quarantine: row.quarantine,
  }
}
