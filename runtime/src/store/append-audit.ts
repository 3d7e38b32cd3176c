import type { EntityManager } from 'typeorm'
import { z } from 'zod'
import type { AuditRecord } from '../audit/audit.ts'
import type { Store } from './store.ts'

const COLUMNS = 'sequence, at, workspace_id, actor, action, target, outcome, request_id, details'
const WIDTH = COLUMNS.split(',').length
/** Rows of one statement: with a few fixed sizes the database meets the same texts again and keeps them prepared. */
const SIZES = [256, 64, 16, 4, 1] as const

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

/**
 * Takes the next sequences, and answers with the first of them. The row stays locked until the transaction ends, so that
 * several nodes write one gapless sequence whose order is the order of commits: a reader that has seen n never misses a
 * smaller one.
 */
export async function reserveSequences(
  inside: EntityManager,
  dialect: Store['dialect'],
  count: number,
): Promise<number> {
  const placeholder = dialect === 'postgres' ? '$1' : '?'
  const rows: unknown = await inside.query(
    `UPDATE audit_head SET sequence = sequence + ${placeholder} WHERE id = 'host' RETURNING sequence`,
    [count],
  )
  return headOf(rows) - count + 1
}

/** Drivers answer with the rows, or with the rows and how many there are. A bigint may come as text. */
function headOf(answer: unknown): number {
  const rows: unknown = Array.isArray(answer) && Array.isArray(answer[0]) ? answer[0] : answer
  return z.tuple([z.object({ sequence: z.coerce.number().int() })]).parse(rows)[0].sequence
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
