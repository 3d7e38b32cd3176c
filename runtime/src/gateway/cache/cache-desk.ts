import type { AuditTrail } from '../../audit/audit.ts'
import { requirePermission } from '../../identity/permission-check.ts'
import type { Principal } from '../../identity/principal.ts'
import type { ToolCacheRow } from '../../store/cached-result.ts'
import type { Store } from '../../store/store.ts'
import type { Upstream, UpstreamTable } from '../upstream/upstream.ts'
import { cacheError } from './errors.ts'
import type { ResultCache } from './result-cache.ts'
import { readsOnly } from './tool-settings.ts'

export type ToolCacheChange = Pick<ToolCacheRow, 'ttlMs' | 'scope' | 'forced'>

/** Where an admin says which tools may be answered again. */
export interface CacheDesk {
  list(workspaceId: string): Promise<readonly ToolCacheRow[]>
  set(
    principal: Principal,
    installationId: string,
    tool: string,
    change: ToolCacheChange,
    requestId: string,
  ): Promise<ToolCacheRow>
  /** False when nothing was said of the tool. */
  remove(principal: Principal, installationId: string, tool: string, requestId: string): Promise<boolean>
  /** Forgets results of an installation, or all of the workspace. Answers how many went from this node's memory. */
  clear(principal: Principal, installationId: string | undefined, requestId: string): number
  /** Forgets an installation that is gone. */
  forget(installationId: string): Promise<void>
}

export interface CacheDeskOptions {
  readonly store: Pick<Store, 'cachedResults' | 'installations'>
  readonly upstreams: Pick<UpstreamTable, 'list'>
  readonly audit: Pick<AuditTrail, 'record'>
  readonly cache: ResultCache
}

/** How long the lists of an upstream are waited for, milliseconds. */
const LISTS_MS = 10_000

export function createCacheDesk({ store, upstreams, audit, cache }: CacheDeskOptions): CacheDesk {
  const rows = store.cachedResults
  const record = (
    { id: actor, workspaceId }: Principal,
    action: string,
    target: string,
    requestId: string,
    details: Readonly<Record<string, string | number | boolean>> = {},
  ) => audit.record({ workspaceId, actor, action, target, outcome: 'ok', requestId, details })

  const requireInstallation = async ({ workspaceId }: Principal, installationId: string): Promise<string> => {
    const row = await store.installations.get(installationId)
    if (row?.workspaceId === workspaceId) return row.pluginId
    const problem = `Expected an installation of this workspace, found none of the id ${installationId}.`
    throw cacheError('CACHE_TOOL_UNKNOWN', problem)
  }

  return {
    list: (workspaceId) => rows.settings(workspaceId),
    async set(principal, installationId, tool, { ttlMs, scope, forced }, requestId) {
      requirePermission(principal, 'installations:manage')
      const { workspaceId } = principal
      const pluginId = await requireInstallation(principal, installationId)
      if (!forced) await requireReadOnly(upstreams.list(workspaceId), installationId, tool)
      const made = { updatedAt: new Date(), updatedBy: principal.id }
      const row = { installationId, tool, workspaceId, ttlMs, scope, forced, ...made }
      await rows.putSetting(row)
      cache.settingChanged(workspaceId, installationId, tool)
      record(principal, 'cache.tool-set', `${pluginId}:${tool}`, requestId, { ttlMs, scope, forced })
      return row
    },
    async remove(principal, installationId, tool, requestId) {
      requirePermission(principal, 'installations:manage')
      const pluginId = await requireInstallation(principal, installationId)
      const removed = await rows.removeSetting(installationId, tool)
      cache.settingChanged(principal.workspaceId, installationId, tool)
      if (removed) record(principal, 'cache.tool-removed', `${pluginId}:${tool}`, requestId)
      return removed
    },
    clear(principal, installationId, requestId) {
      requirePermission(principal, 'installations:manage')
      const match = installationId === undefined ? {} : { installationId }
      const forgotten = cache.clear(principal.workspaceId, match)
      record(principal, 'cache.cleared', installationId ?? principal.workspaceId, requestId, { forgotten })
      return forgotten
    },
    // Its upstreams are gone, and with them what was in memory.
    forget: (installationId) => rows.clear(installationId),
  }
}

async function requireReadOnly(upstreams: readonly Upstream[], installationId: string, tool: string): Promise<void> {
  const own = upstreams.filter((upstream) => upstream.installationId === installationId)
  const catalogs = await Promise.all(own.map((upstream) => upstream.catalog(AbortSignal.timeout(LISTS_MS))))
  const entries = catalogs.flatMap(({ tools }) => tools.filter(({ name }) => name === tool))
  if (entries.length === 0) {
    throw cacheError('CACHE_TOOL_UNKNOWN', `Expected a tool \`${tool}\` of this installation, found none of that name.`)
  }
  if (entries.every(readsOnly)) return
  const problem = `Expected a tool that says it only reads (\`readOnlyHint\`), found \`${tool}\` without.`
  throw cacheError('CACHE_NOT_READ_ONLY', `${problem} Force it if you know that it changes nothing.`)
}
