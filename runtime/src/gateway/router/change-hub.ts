import { CHANGE_DEBOUNCE_MS } from '../limits.ts'
import type { UpstreamTable } from '../upstream/upstream.ts'
import { type Selection, takesAny } from './selection.ts'
import type { Views } from './views.ts'

export type ListKind = 'tools' | 'prompts' | 'resources'
export const LIST_KINDS: readonly ListKind[] = ['tools', 'prompts', 'resources']

/** Somebody who wants to hear of changes: a legacy session, or a `subscriptions/listen` stream. */
export interface Audience {
  /** What it looks at; `undefined` once the virtual server is gone. */
  selection(): Selection | undefined
  listChanged(kinds: ReadonlySet<ListKind>): void
  resourceUpdated(uri: string): void
}

/** Carries changes of upstreams and virtual servers to everybody concerned. */
export interface ChangeHub extends Disposable {
  join(audience: Audience): Disposable
  /** The definition of a server itself was changed. */
  selectionChanged(selection: Selection): void
}

const ANY = '*'

export function createChangeHub(table: UpstreamTable, views: Views): ChangeHub {
  const audiences = new Set<Audience>()
  const waiting = new Map<string, Map<ListKind, Set<string>>>()
  const timers = new Set<NodeJS.Timeout>()

  const flush = (workspaceId: string) => {
    const changes = waiting.get(workspaceId)
    waiting.delete(workspaceId)
    if (changes === undefined) return
    for (const audience of audiences) {
      const selection = audience.selection()
      if (selection?.workspaceId !== workspaceId) continue
      const kinds = new Set<ListKind>()
      for (const [kind, labels] of changes) {
        if (labels.values().some((label) => label === ANY || takesAny(selection, label))) kinds.add(kind)
      }
      if (kinds.size > 0) audience.listChanged(kinds)
    }
  }
  const collect = (workspaceId: string, kinds: readonly ListKind[], label: string) => {
    views.invalidate(workspaceId)
    let changes = waiting.get(workspaceId)
    if (changes === undefined) {
      changes = new Map()
      waiting.set(workspaceId, changes)
      const timer = setTimeout(() => {
        timers.delete(timer)
        flush(workspaceId)
      }, CHANGE_DEBOUNCE_MS)
      timer.unref()
      timers.add(timer)
    }
    for (const kind of kinds) changes.set(kind, (changes.get(kind) ?? new Set()).add(label))
  }

  const watching = table.onChange((workspaceId, upstreamId, change) => {
    const upstream = table.get(upstreamId)
    const label = upstream?.label ?? ANY
    if (change.kind === 'resource') {
      for (const audience of audiences) {
        const selection = audience.selection()
        if (selection?.workspaceId === workspaceId && takesAny(selection, label)) audience.resourceUpdated(change.uri)
      }
    } else if (change.kind === 'added' || change.kind === 'removed') collect(workspaceId, LIST_KINDS, label)
    else if (change.kind !== 'state') collect(workspaceId, [change.kind], label)
    else if (upstream?.state() === 'ready' && views.hasIncomplete(workspaceId)) collect(workspaceId, LIST_KINDS, label)
  })

  return {
    join(audience) {
      audiences.add(audience)
      return { [Symbol.dispose]: () => void audiences.delete(audience) }
    },
    selectionChanged(selection) {
      views.invalidate(selection.workspaceId)
      for (const audience of audiences) {
        if (audience.selection()?.scope === selection.scope) audience.listChanged(new Set(LIST_KINDS))
      }
    },
    [Symbol.dispose]() {
      watching[Symbol.dispose]()
      for (const timer of timers) clearTimeout(timer)
      audiences.clear()
    },
  }
}
