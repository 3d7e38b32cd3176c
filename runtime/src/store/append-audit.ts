import type { EntityManager } from 'typeorm'
import type { AuditRecord } from '../audit/audit.ts'
import type { Store } from './store.ts'

const COLUMNS = 'sequence, at, workspace_id, actor, action, target, outcome, request_id, details'

/**
 * Inserts audit records with one plain statement. The query builder costs three times as much per row, and every tool
 * call of the host passes here. The text holds placeholders only.
 */
export async function insertRecords(
  inside: EntityManager,
  dialect: Store['dialect'],
  records: readonly AuditRecord[],
): Promise<void> {
  const values = records.flatMap(toColumns)
  const width = values.length / records.length
  const placeholder = dialect === 'postgres' ? (index: number) => `$${index + 1}` : () => '?'
  const rows = records.map((_, row) => {
    const placeholders = Array.from({ length: width }, (__, column) => placeholder(row * width + column))
    return `(${placeholders.join(',')})`
  })
  await inside.query(`INSERT INTO audit_event (${COLUMNS}) VALUES ${rows.join(',')}`, values)
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
