import { gatewayError } from '../errors.ts'
import type { Upstream, UpstreamChange, UpstreamTable } from './upstream.ts'

type TableChange = UpstreamChange | { readonly kind: 'added' | 'removed' }
type TableListener = (workspaceId: string, upstreamId: string, change: TableChange) => void

/** The upstreams of the host. Ids are unique in the host, labels within a workspace. */
export function createUpstreamTable(): UpstreamTable {
  const byId = new Map<string, Upstream>()
  const listeners = new Set<TableListener>()

  const tell: TableListener = (workspaceId, upstreamId, change) => {
    for (const listener of listeners) listener(workspaceId, upstreamId, change)
  }

  return {
    add(upstream) {
      if (byId.has(upstream.id)) {
        throw gatewayError('UPSTREAM_ID_TAKEN', `Expected a new upstream id, found \`${upstream.id}\` in use already.`)
      }
      for (const other of byId.values()) {
        if (other.workspaceId === upstream.workspaceId && other.label === upstream.label) {
          throw gatewayError(
            'UPSTREAM_LABEL_TAKEN',
            `Expected a label that is unique in the workspace, found \`${upstream.label}\` in use by ${other.id}. Choose another label.`,
          )
        }
      }
      byId.set(upstream.id, upstream)
      const watching = upstream.onChange((change) => tell(upstream.workspaceId, upstream.id, change))
      tell(upstream.workspaceId, upstream.id, { kind: 'added' })
      return {
        [Symbol.dispose]() {
          if (byId.get(upstream.id) !== upstream) return
          byId.delete(upstream.id)
          watching[Symbol.dispose]()
          tell(upstream.workspaceId, upstream.id, { kind: 'removed' })
        },
      }
    },
    list: (workspaceId) =>
      [...byId.values()]
        .filter((upstream) => upstream.workspaceId === workspaceId)
        .toSorted((left, right) => (left.label < right.label ? -1 : 1)),
    get: (id) => byId.get(id),
    onChange(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
  }
}
