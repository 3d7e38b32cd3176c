import type { AuditTrail } from '../../audit/audit.ts'
import type { DefinitionRow } from '../../store/definition.ts'
import type { Store } from '../../store/store.ts'
import { type RoomMarks, watchRoomMarks } from '../room-marks.ts'
import type { Upstream, UpstreamCatalog } from '../upstream/upstream.ts'
import { compareCatalog, type Comparison } from './compare-catalog.ts'
import { definitionsOf, keyText, type SeenDefinition } from './definition.ts'
import { flagDefinition } from './flags/flag-definition.ts'
import { WRITE_BURST, WRITE_PAUSE_MS } from './limits.ts'
import { namesAround } from './names-around.ts'
import { recordFindings } from './record-findings.ts'
import { type SignedDefinitions, createSignedDefinitions } from './signed-definitions.ts'

export const DEFAULT_SETTING = { approval: 'hold', served: 'old' } as const

export interface DefinitionReviewOptions {
  readonly store: Pick<Store, 'definitions' | 'installations' | 'roomMarks'>
  readonly audit: Pick<AuditTrail, 'record'>
  /** How often other nodes are heard, milliseconds. */
  readonly marksMs?: number
}

/** How often an upstream's changes may be written down, right now. */
interface WriteAllowance {
  readonly left: number
  readonly at: number
}

interface Reviewed {
  readonly revision: number
  readonly catalog: UpstreamCatalog
}

/** The eye on definitions that are not signed: what clients are offered of an upstream is what somebody agreed to. */
export class DefinitionReview implements Disposable {
  readonly #options: DefinitionReviewOptions
  readonly #signed: SignedDefinitions
  readonly #marks: RoomMarks
  readonly #reviewed = new WeakMap<UpstreamCatalog, Reviewed>()
  /** One review after the other for each upstream. */
  readonly #lanes = new Map<string, Promise<unknown>>()
  /** Grows with every decision in a workspace: what was reviewed before is reviewed again. */
  readonly #revisions = new Map<string, number>()
  readonly #writes = new Map<string, WriteAllowance>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #listeners = new Set<(workspaceId: string) => void>()

  constructor(options: DefinitionReviewOptions) {
    this.#options = options
    this.#signed = createSignedDefinitions(options.store.installations)
    this.#marks = watchRoomMarks(
      options.store.roomMarks,
      'drift',
      (workspaceId) => this.#again(workspaceId),
      options.marksMs,
    )
  }

  /** The catalog as clients may see it. Rejects when it cannot be known: then nothing is offered. */
  review(upstream: Upstream, catalog: UpstreamCatalog): Promise<UpstreamCatalog> {
    const known = this.#known(upstream, catalog)
    if (known !== undefined) return Promise.resolve(known)
    const work = async () => this.#known(upstream, catalog) ?? (await this.#compare(upstream, catalog))
    const before = this.#lanes.get(upstream.id) ?? Promise.resolve()
    const result = before.then(work, work)
    this.#lanes.set(upstream.id, result)
    const leave = () => {
      if (this.#lanes.get(upstream.id) === result) this.#lanes.delete(upstream.id)
    }
    result.then(leave, leave)
    return result
  }

  /** Calls back when other definitions may be offered in a workspace, by a decision here or on another node. */
  onChange(listener: (workspaceId: string) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  /** Somebody decided: reviews again, here and on the other nodes. */
  decided(workspaceId: string): void {
    this.#marks.changed(workspaceId)
    this.#again(workspaceId)
  }

  [Symbol.dispose](): void {
    this.#marks[Symbol.dispose]()
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#listeners.clear()
  }

  #known(upstream: Upstream, catalog: UpstreamCatalog): UpstreamCatalog | undefined {
    const known = this.#reviewed.get(catalog)
    return known?.revision === this.#revision(upstream.workspaceId) ? known.catalog : undefined
  }

  #revision(workspaceId: string): number {
    return this.#revisions.get(workspaceId) ?? 0
  }

  #again(workspaceId: string): void {
    this.#revisions.set(workspaceId, this.#revision(workspaceId) + 1)
    for (const listener of this.#listeners) listener(workspaceId)
  }

  async #compare(upstream: Upstream, catalog: UpstreamCatalog): Promise<UpstreamCatalog> {
    const { workspaceId, installationId } = upstream
    const { definitions } = this.#options.store
    const revision = this.#revision(workspaceId)
    const signed = await this.#signed.of(upstream)
    if (signed === undefined) return catalog
    const [seen, stored, setting] = await Promise.all([
      definitionsOf(catalog),
      definitions.ofUpstream(upstream.id),
      definitions.setting(installationId),
    ])
    const rows = new Map(stored.map((row) => [keyText(row), row]))
    const comparison = compareCatalog({
      catalog,
      seen,
      rows,
      setting: setting ?? DEFAULT_SETTING,
      isFixed: (definition) => signed.has(keyText(definition)),
      flagsOf: await this.#flagger(upstream, catalog, seen, rows),
    })
    await this.#write(upstream, comparison, rows.size === 0)
    this.#reviewed.set(catalog, { revision, catalog: comparison.catalog })
    return comparison.catalog
  }

  /** The names around are read only when something has to be looked at: hardly ever. */
  async #flagger(
    upstream: Upstream,
    catalog: UpstreamCatalog,
    seen: ReadonlyMap<string, SeenDefinition>,
    rows: ReadonlyMap<string, DefinitionRow>,
  ) {
    const isNews = seen.entries().some(([key, { digest }]) => {
      const row = rows.get(key)
      return row === undefined || (row.approvedDigest !== digest && row.heldDigest !== digest)
    })
    if (!isNews) return () => []
    const [names, agreed] = await Promise.all([
      this.#signed.names(upstream.workspaceId),
      this.#options.store.definitions.ofWorkspace(upstream.workspaceId),
    ])
    const around = namesAround(upstream, catalog, names, agreed)
    return (definition: SeenDefinition) => flagDefinition(definition, around)
  }

  /** Writes down what was found, but not all the time: an upstream may change its lists every millisecond. */
  async #write(upstream: Upstream, { findings }: Comparison, isFirstSight: boolean): Promise<void> {
    if (Object.values(findings).every((list: readonly unknown[]) => list.length === 0)) return
    if (!isFirstSight && !this.#mayWrite(upstream.id)) return this.#later(upstream.workspaceId)
    await recordFindings(this.#options, upstream, findings, isFirstSight)
    if (!isFirstSight) this.#marks.changed(upstream.workspaceId)
  }

  #mayWrite(upstreamId: string): boolean {
    const { left, at } = this.#writes.get(upstreamId) ?? { left: WRITE_BURST, at: 0 }
    const refilled = Math.min(WRITE_BURST, left + (Date.now() - at) / WRITE_PAUSE_MS)
    const may = refilled >= 1
    this.#writes.set(upstreamId, { left: may ? refilled - 1 : refilled, at: Date.now() })
    return may
  }

  #later(workspaceId: string): void {
    if (this.#timers.has(workspaceId)) return
    const timer = setTimeout(() => {
      this.#timers.delete(workspaceId)
      this.#again(workspaceId)
    }, WRITE_PAUSE_MS)
    timer.unref()
    this.#timers.set(workspaceId, timer)
  }
}
