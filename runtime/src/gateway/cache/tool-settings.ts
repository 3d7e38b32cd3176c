import type { ToolCacheRow } from '../../store/cached-result.ts'
import type { Store } from '../../store/store.ts'
import { isJsonObject } from '../json-rpc.ts'
import type { NamedEntry } from '../upstream/upstream.ts'

const keyOf = (installationId: string, tool: string): string => `${installationId}\0${tool}`

/** Which tools an admin said may be answered again; read once for each workspace, then from memory. */
export class ToolSettings {
  readonly #rows: Store['cachedResults']
  readonly #workspaces = new Map<string, Promise<ReadonlyMap<string, ToolCacheRow>>>()
  readonly #loaded = new Map<string, ReadonlyMap<string, ToolCacheRow>>()

  constructor(rows: Store['cachedResults']) {
    this.#rows = rows
  }

  /** At once after the first time: this is on the way of every call. */
  find(
    workspaceId: string,
    installationId: string,
    tool: string,
  ): ToolCacheRow | undefined | Promise<ToolCacheRow | undefined> {
    const loaded = this.#loaded.get(workspaceId)
    if (loaded !== undefined) return loaded.size === 0 ? undefined : loaded.get(keyOf(installationId, tool))
    return this.#load(workspaceId).then((rows) => rows.get(keyOf(installationId, tool)))
  }

  forget(workspaceId: string): void {
    this.#workspaces.delete(workspaceId)
    this.#loaded.delete(workspaceId)
  }

  async #load(workspaceId: string): Promise<ReadonlyMap<string, ToolCacheRow>> {
    const under = this.#workspaces.get(workspaceId)
    if (under !== undefined) return under
    const loading = this.#rows
      .settings(workspaceId)
      .then((rows) => new Map(rows.map((row) => [keyOf(row.installationId, row.tool), row])))
    this.#workspaces.set(workspaceId, loading)
    try {
      const rows = await loading
      // Forgotten meanwhile: what was read may be old.
      if (this.#workspaces.get(workspaceId) === loading) this.#loaded.set(workspaceId, rows)
      return rows
    } finally {
      if (this.#workspaces.get(workspaceId) === loading) this.#workspaces.delete(workspaceId)
    }
  }
}

/** The tool's own word that it only reads (MCP annotations). */
export function readsOnly(entry: NamedEntry): boolean {
  const annotations = entry['annotations']
  return isJsonObject(annotations) && annotations['readOnlyHint'] === true
}
