import { randomUUIDv7 } from 'node:crypto'
import type { AuditTrail } from '../../audit/audit.ts'
import type { DefinitionRow } from '../../store/definition.ts'
import type { Store } from '../../store/store.ts'
import type { Upstream } from '../upstream/upstream.ts'
import type { Findings } from './compare-catalog.ts'
import type { SeenDefinition } from './definition.ts'
import { MAX_SINGLE_EVENTS } from './limits.ts'

interface Doors {
  readonly store: Pick<Store, 'definitions'>
  readonly audit: Pick<AuditTrail, 'record'>
}

type Action = 'definition.held' | 'definition.approved' | 'definition.released' | 'definition.removed'

/** Who agreed where no person was asked. */
export const BY_INSTALL = 'install'
export const BY_SETTING = 'setting'

/** Writes what a comparison found into store and audit trail. Of several nodes that find the same, one writes it. */
export async function recordFindings(
  { store, audit }: Doors,
  upstream: Upstream,
  findings: Findings,
  isFirstSight: boolean,
): Promise<void> {
  const { definitions } = store
  const now = new Date()
  const by = isFirstSight ? BY_INSTALL : BY_SETTING
  const record = (action: Action, names: readonly string[]) => recordAll(audit, upstream, action, names)
  await definitions.insertMissing([
    ...findings.pinned.map((seen) => newRow(upstream, seen, { by, at: now })),
    ...findings.held.map(({ seen }) => newRow(upstream, seen, undefined)),
  ])
  if (!isFirstSight) record('definition.approved', findings.pinned.map(named))
  const held: string[] = []
  const approved: string[] = []
  for (const { seen, flags, approvable } of findings.held) {
    const key = { upstreamId: upstream.id, kind: seen.kind, name: seen.name }
    const isNew = await definitions.hold(key, { held: seen.text, heldDigest: seen.digest, heldAt: now, flags })
    if (approvable && (await definitions.approve(key, seen.digest, BY_SETTING, now))) approved.push(named(seen))
    else if (isNew) held.push(named(seen))
  }
  record('definition.held', held)
  record('definition.approved', approved)
  record('definition.released', await those(findings.released, (row) => definitions.release(row)))
  await those(findings.back, (row) => definitions.setAbsent(row, undefined))
  const gone = await those(findings.gone, async (row) => {
    // What nobody ever agreed to leaves nothing behind; an upstream could fill the store with names otherwise.
    if (row.approvedDigest === undefined) return definitions.removeUnapproved(row)
    await definitions.release(row)
    return definitions.setAbsent(row, now)
  })
  record('definition.removed', gone)
}

/** The names of the rows for which `act` says that it changed something. */
async function those(
  rows: readonly DefinitionRow[],
  act: (row: DefinitionRow) => Promise<boolean>,
): Promise<readonly string[]> {
  const names: string[] = []
  for (const row of rows) if (await act(row)) names.push(named(row))
  return names
}

function named({ kind, name }: Pick<DefinitionRow, 'kind' | 'name'>): string {
  return kind === 'instructions' ? kind : `${kind}:${name}`
}

function newRow(
  { id, workspaceId, installationId, pluginId, label }: Upstream,
  { kind, name, text, digest }: SeenDefinition,
  agreed: { readonly by: string; readonly at: Date } | undefined,
): DefinitionRow {
  return {
    upstreamId: id,
    kind,
    name,
    workspaceId,
    installationId,
    pluginId,
    label,
    approved: agreed === undefined ? undefined : text,
    approvedDigest: agreed === undefined ? undefined : digest,
    approvedAt: agreed?.at,
    approvedBy: agreed?.by,
    held: undefined,
    heldDigest: undefined,
    heldAt: undefined,
    flags: [],
    rejectedAt: undefined,
    rejectedBy: undefined,
    absentSince: undefined,
  }
}

function recordAll(
  audit: Pick<AuditTrail, 'record'>,
  { workspaceId, pluginId, label }: Upstream,
  action: Action,
  names: readonly string[],
): void {
  const event = (target: string, count: number) =>
    audit.record({
      workspaceId,
      actor: 'system',
      action,
      target,
      outcome: 'ok',
      requestId: randomUUIDv7(),
      details: { upstream: label, count },
    })
  for (const name of names.slice(0, MAX_SINGLE_EVENTS)) event(`${pluginId}:${name}`, 1)
  const more = names.length - MAX_SINGLE_EVENTS
  if (more > 0) event(pluginId, more)
}
