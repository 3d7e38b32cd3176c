import type { AuditEvent } from '../../../../runtime/src/audit/audit.ts'
import {
  type DefinitionDesk,
  type HeldReference,
  DefinitionReview,
  createDefinitionDesk,
} from '../../../../runtime/src/gateway/drift/index.ts'
import type { Upstream, UpstreamCatalog } from '../../../../runtime/src/gateway/upstream/upstream.ts'
import type { DefinitionRow } from '../../../../runtime/src/store/definition.ts'
import { openStore } from '../../../../runtime/src/store/open-store.ts'
import type { InstallationRow, Store } from '../../../../runtime/src/store/store.ts'
import { addInstallation } from '../../store/rows.ts'
import { WORKSPACE, principal } from '../harness.ts'

export const ADMIN = principal('user:ada')

/** One node: a review and its desk over a store, as the host opens them. */
export interface ReviewNode extends Disposable {
  readonly review: DefinitionReview
  readonly desk: DefinitionDesk
  readonly events: AuditEvent[]
  /** What clients are offered: names of tools, in their order. */
  tools(upstream: Upstream): Promise<readonly string[]>
  catalog(upstream: Upstream): Promise<UpstreamCatalog>
  /** What is held, as a decision names it. */
  references(): Promise<readonly (HeldReference & DefinitionRow)[]>
  /** Decides on everything held. */
  decide(verdict: 'approve' | 'reject'): Promise<void>
}

export const reference = (row: DefinitionRow): DefinitionRow & HeldReference => ({
  ...row,
  digest: row.heldDigest ?? '',
})

export function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('Expected a value, found none.')
  return value
}

export async function openReviewStore(): Promise<Store> {
  const store = await openStore({ url: 'sqlite::memory:' })
  await store.workspaces.insert({ id: WORKSPACE, name: 'one', title: 'One', createdAt: new Date() })
  return store
}

export async function addRow(store: Store, label: string, change: Partial<InstallationRow> = {}): Promise<void> {
  await addInstallation(store, WORKSPACE, { id: `installation-${label}`, label, ...change })
}

export function openNode(store: Store): ReviewNode {
  const events: AuditEvent[] = []
  const audit = { record: (event: AuditEvent) => void events.push(event) }
  const review = new DefinitionReview({ store, audit, marksMs: 20 })
  const desk = createDefinitionDesk({ store, audit, review })
  const catalog = async (upstream: Upstream) =>
    review.review(upstream, await upstream.catalog(AbortSignal.timeout(1000)))
  return {
    review,
    desk,
    events,
    catalog,
    tools: async (upstream) => (await catalog(upstream)).tools.map(({ name }) => name),
    references: async () => (await desk.held(WORKSPACE)).map(reference),
    async decide(verdict) {
      for (const row of await desk.held(WORKSPACE)) await desk[verdict](ADMIN, reference(row), 'request')
    },
    [Symbol.dispose]: () => review[Symbol.dispose](),
  }
}
