import type { LogEntry } from '../contract/log.ts'
import type { Transaction } from '../store/query.ts'
import { statementsInside } from '../store/statements-inside.ts'
import { signCheckpoint } from './checkpoint.ts'
import { describeLeaf } from './describe-leaf.ts'
import { HASH_HEX } from './limits.ts'
import { logKeyOf } from './log-of-database.ts'
import { growFrontier, hashLeaf, rootOf } from './merkle.ts'
import { subjectOf } from './subject.ts'

const LOCKED_HEAD = 'SELECT "size", "frontier" FROM "registry_log_head" WHERE "id" = 1 FOR UPDATE'
// SQLite has one writer at a time and knows no row locks.
const HEAD = 'SELECT "size", "frontier" FROM "registry_log_head" WHERE "id" = 1'
const INSERT =
  'INSERT INTO "registry_log_entry" ("leafIndex", "kind", "subject", "time", "statement", "body", "integratedTime", ' +
  '"signedEntryTimestamp", "nodes", "checkpoint") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)'
const GROW = 'UPDATE "registry_log_head" SET "size" = $1, "frontier" = $2 WHERE "id" = 1'

/**
 * Appends one event to the log, inside the transaction that makes it true: both happen or neither. Appends of all
 * transactions come one after the other, so that there is no gap and no reorder; whoever appends holds the log until
 * the end of its transaction. Make it the last thing the transaction does: what is locked after it can deadlock.
 *
 * @returns the index of the new leaf.
 */
export async function appendToLog(manager: Transaction, entry: LogEntry, now = new Date()): Promise<number> {
  const key = logKeyOf(manager.connection)
  const run = statementsInside(manager)
  const [head] = await run(manager.connection.options.type === 'postgres' ? LOCKED_HEAD : HEAD, [])
  const size = Number(head?.['size'])
  const record = describeLeaf(entry, size, now, key)
  const { frontier, completed } = growFrontier(readHashes(String(head?.['frontier'])), size, hashLeaf(record.body))
  const checkpoint = signCheckpoint(
    { origin: key.origin, size: size + 1, root: rootOf(frontier) },
    key.logId,
    key.privateKey,
  )
  await run(INSERT, [
    size,
    entry.kind,
    subjectOf(entry),
    now.toISOString(),
    record.statement,
    record.body,
    record.integratedTime,
    record.signedEntryTimestamp,
    writeHashes(completed),
    checkpoint,
  ])
  await run(GROW, [size + 1, writeHashes(frontier)])
  return size
}

export function readHashes(hex: string): readonly Buffer[] {
  const count = hex.length / HASH_HEX
  return Array.from({ length: count }, (_, at) => Buffer.from(hex.slice(at * HASH_HEX, (at + 1) * HASH_HEX), 'hex'))
}

function writeHashes(hashes: readonly Buffer[]): string {
  return hashes.map((hash) => hash.toString('hex')).join('')
}
