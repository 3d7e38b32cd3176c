import type { EntityManager } from 'typeorm'
import type { AuditRecord } from '../audit/audit.ts'
import type { Store } from './store.ts'

const COLUMNS = 'sequence, at, workspace_id, actor, action, target, outcome, request_id, details'
const WIDTH = COLUMNS.split(',').length
/** Rows of one statement: with a few fixed sizes the database meets the same texts again and keeps them prepared. */
const SIZES = [128, 32, 8, 1] as const

/**
 * Inserts audit records with plain statements. The query builder costs three times as much per row, and every tool call
 * of the host passes here. The text holds placeholders only.
 */
export async function insertRecords(
  inside: EntityManager,
  dialect: Store['dialect'],
  records: readonly AuditRecord[],
): Promise<void> {
  let from = 0
  for (const size of SIZES) {
    for (; records.length - from >= size; from += size) {
      await inside.query(statementOf(dialect, size), records.slice(from, from + size).flatMap(toColumns))
    }
  }
}

const statements = new Map<string, string>()

function statementOf(dialect: Store['dialect'], rows: number): string {
  const key = `${dialect} ${rows}`
  const known = statements.get(key)
  if (known !== undefined) return known
  const placeholder = dialect === 'postgres' ? (index: number) => `$${index + 1}` : () => '?'
  const row = (_: unknown, index: number) =>
    `(${Array.from({ length: WIDTH }, (__, column) => placeholder(index * WIDTH + column)).join(',')})`
  const text = `INSERT INTO audit_event (${COLUMNS}) VALUES ${Array.from({ length: rows }, row).join(',')}`
  statements.set(key, text)
  return text
}

/** In the order of `COLUMNS`. */
function toColumns(record: AuditRecord): (string | number | null)[] {
  return [
    record.sequence,
    record.at.toISOString(),
    record.workspaceId ?? null,
    record.actor,
    record.action,
    record.target,
    record.outcome,
    record.requestId,
    record.details === undefined ? null : JSON.stringify(record.details),
  ]
}
