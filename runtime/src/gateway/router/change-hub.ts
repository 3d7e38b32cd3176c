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

interface Updated {
  readonly workspaceId: string
  readonly upstreamId: string
  readonly label: string
  readonly uri: string
}

/** Different resources whose updates wait for the end of one moment; what is over it was sent to keep the host busy. */
const MAX_UPDATES = 4_096

/** Stands for an upstream whose label is not known any more. */
const ANY = '*'

/** Carries changes of upstreams and virtual servers to everybody concerned, once for all changes of a moment. */
export class ChangeHub implements Disposable {
  readonly #table: UpstreamTable
  readonly #views: Views
  readonly #audiences = new Set<Audience>()
  /** Workspace → kind → labels of the upstreams that changed. */
  readonly #waiting = new Map<string, Map<ListKind, Set<string>>>()
  /** Resources that were updated, to be told with the next moment's end: workspace, upstream, label, URI. */
  readonly #updated = new Map<string, Updated>()
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
      this.#noteUpdate({ workspaceId, upstreamId, label, uri: change.uri })
    } else if (change.kind === 'added' || change.kind === 'removed') this.#collect(workspaceId, LIST_KINDS, label)
    else if (change.kind !== 'state') this.#collect(workspaceId, [change.kind], label)
    else if (upstream?.state() === 'ready' && this.#views.hasIncomplete(workspaceId)) {
      this.#collect(workspaceId, LIST_KINDS, label)
    }
  }

  /** Told once for all updates of a moment: an upstream that repeats itself costs its clients no more than one notice. */
  #noteUpdate(update: Updated): void {
    if (this.#updated.size >= MAX_UPDATES) return
    if (this.#updated.size === 0) this.#soon(() => this.#tellUpdates())
    this.#updated.set(`${update.upstreamId} ${update.uri}`, update)
  }

  #tellUpdates(): void {
    const updates = [...this.#updated.values()]
    this.#updated.clear()
    for (const audience of this.#audiences) {
      const selection = audience.selection()
      for (const { workspaceId, upstreamId, label, uri } of updates) {
        if (selection?.workspaceId === workspaceId && takesAny(selection, label))
          audience.resourceUpdated(uri, upstreamId)
      }
    }
  }

  #soon(work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      work()
    }, CHANGE_DEBOUNCE_MS)
    timer.unref()
    this.#timers.add(timer)
  }

  #collect(workspaceId: string, kinds: readonly ListKind[], label: string): void {
    this.#views.invalidate(workspaceId, label === ANY ? undefined : label)
    let changes = this.#waiting.get(workspaceId)
    if (changes === undefined) {
      changes = new Map()
      this.#waiting.set(workspaceId, changes)
      this.#soon(() => this.#flush(workspaceId))
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
