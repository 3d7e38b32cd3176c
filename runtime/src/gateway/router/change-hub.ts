import { CHANGE_DEBOUNCE_MS } from '../limits.ts'
import type { UpstreamChange, UpstreamTable } from '../upstream/upstream.ts'
import { type Selection, takesAny } from './selection.ts'
import type { Views } from './views.ts'

export type ListKind = 'tools' | 'prompts' | 'resources'
export const LIST_KINDS: readonly ListKind[] = ['tools', 'prompts', 'resources']

/** Somebody who wants to hear of changes: a legacy session, or a `subscriptions/listen` stream. */
export interface Audience {
  /** What it looks at; `undefined` once the virtual server is gone. */
  selection(): Selection | undefined
  listChanged(kinds: ReadonlySet<ListKind>): void
  /** `upstreamId` says whose resource it is: others may have one of the same URI. */
  resourceUpdated(uri: string, upstreamId: string): void
}

type TableChange = UpstreamChange | { readonly kind: 'added' | 'removed' }

/** Stands for an upstream whose label is not known any more. */
const ANY = '*'

/** Carries changes of upstreams and virtual servers to everybody concerned, once for all changes of a moment. */
export class ChangeHub implements Disposable {
  readonly #table: UpstreamTable
  readonly #views: Views
  readonly #audiences = new Set<Audience>()
  /** Workspace → kind → labels of the upstreams that changed. */
  readonly #waiting = new Map<string, Map<ListKind, Set<string>>>()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #watching: Disposable

  constructor(table: UpstreamTable, views: Views) {
    this.#table = table
    this.#views = views
    this.#watching = table.onChange((workspaceId, upstreamId, change) => this.#heard(workspaceId, upstreamId, change))
  }

  join(audience: Audience): Disposable {
    this.#audiences.add(audience)
    return { [Symbol.dispose]: () => void this.#audiences.delete(audience) }
  }

  /** The definition of a server itself was changed. */
  selectionChanged(selection: Selection): void {
    this.#views.forget(selection)
    for (const audience of this.#audiences) {
      if (audience.selection() === selection) audience.listChanged(new Set(LIST_KINDS))
    }
  }

  /** Other definitions may be offered than before, of whatever upstream. */
  definitionsChanged(workspaceId: string): void {
    this.#collect(workspaceId, ['tools', 'prompts'], ANY)
  }

  [Symbol.dispose](): void {
    this.#watching[Symbol.dispose]()
    for (const timer of this.#timers) clearTimeout(timer)
    this.#audiences.clear()
  }

  #heard(workspaceId: string, upstreamId: string, change: TableChange): void {
    const upstream = this.#table.get(upstreamId)
    const label = upstream?.label ?? ANY
    if (change.kind === 'resource') {
      for (const audience of this.#audiences) {
        const selection = audience.selection()
        if (selection?.workspaceId === workspaceId && takesAny(selection, label)) {
          audience.resourceUpdated(change.uri, upstreamId)
        }
      }
    } else if (change.kind === 'added' || change.kind === 'removed') this.#collect(workspaceId, LIST_KINDS, label)
    else if (change.kind !== 'state') this.#collect(workspaceId, [change.kind], label)
    else if (upstream?.state() === 'ready' && this.#views.hasIncomplete(workspaceId)) {
      this.#collect(workspaceId, LIST_KINDS, label)
    }
  }

  #collect(workspaceId: string, kinds: readonly ListKind[], label: string): void {
    this.#views.invalidate(workspaceId, label === ANY ? undefined : label)
    let changes = this.#waiting.get(workspaceId)
    if (changes === undefined) {
      changes = new Map()
      this.#waiting.set(workspaceId, changes)
      const timer = setTimeout(() => {
        this.#timers.delete(timer)
        this.#flush(workspaceId)
      }, CHANGE_DEBOUNCE_MS)
      timer.unref()
      this.#timers.add(timer)
    }
    for (const kind of kinds) changes.set(kind, (changes.get(kind) ?? new Set()).add(label))
  }

  #flush(workspaceId: string): void {
    const changes = this.#waiting.get(workspaceId) ?? new Map<ListKind, Set<string>>()
    this.#waiting.delete(workspaceId)
    for (const audience of this.#audiences) {
      const selection = audience.selection()
      if (selection?.workspaceId !== workspaceId) continue
      const kinds = new Set<ListKind>()
      for (const [kind, labels] of changes) {
        if (labels.values().some((label) => label === ANY || takesAny(selection, label))) kinds.add(kind)
      }
      if (kinds.size > 0) audience.listChanged(kinds)
    }
  }
}
