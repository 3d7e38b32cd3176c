import type { Principal } from '../../identity/principal.ts'
import type { PolicyPort } from '../../policy/decide.ts'
import type { View } from '../router/view.ts'
import type { CatalogOf } from '../router/views.ts'
import type { UpstreamTable } from '../upstream/upstream.ts'
import { type Duplicate, findDuplicates } from './duplicates.ts'
import { LISTS_MS } from './limits.ts'
import type { ToolSearch } from './tool-search.ts'

/** A tool that was found. */
export interface FoundTool {
  /** As clients of the server see it. */
  readonly name: string
  /** Label of its upstream, and its own name there. */
  readonly upstream: string
  readonly tool: string
  readonly title: string | undefined
  readonly description: string
}

/** Searching for people: the same search as `search_tools`, on any server they may use. */
export interface ToolFinder {
  /** Best first. `server` is the name of a virtual server; fails with `VIRTUAL_SERVER_UNKNOWN`. */
  find(
    principal: Principal,
    query: string,
    options: { readonly server?: string | undefined; readonly limit: number },
  ): Promise<readonly FoundTool[]>
  /** Tools that several upstreams of the workspace offer. */
  duplicates(workspaceId: string): Promise<readonly Duplicate[]>
}

export interface ToolFinderOptions {
  readonly search: ToolSearch
  readonly policy: Pick<PolicyPort, 'isVisible'>
  readonly upstreams: Pick<UpstreamTable, 'list'>
  readonly catalogOf: CatalogOf
  /** The view of a server, if the principal may use it. */
  readonly viewFor: (server: string | undefined, principal: Principal) => Promise<View>
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

export function createToolFinder({ search, policy, upstreams, catalogOf, viewFor }: ToolFinderOptions): ToolFinder {
  return {
    async find(principal, query, { server, limit }) {
      const found = await search.find(policy, principal, await viewFor(server, principal), query, limit)
      return found.map(({ exposed, original, upstream, entry }) => ({
        name: exposed,
        upstream: upstream.label,
        tool: original,
        title: text(entry['title']),
        description: text(entry['description']) ?? '',
      }))
    },
    async duplicates(workspaceId) {
      const signal = AbortSignal.timeout(LISTS_MS)
      const all = upstreams.list(workspaceId)
      const catalogs = await Promise.allSettled(all.map((upstream) => catalogOf(upstream, signal)))
      // An upstream that cannot be asked now is compared when it can.
      return findDuplicates(
        catalogs.flatMap((catalog, index) => {
          const upstream = all[index]
          return catalog.status === 'rejected' || upstream === undefined ? [] : [{ upstream, catalog: catalog.value }]
        }),
      )
    },
  }
}
