import type { ConsistencyProof, LogHead, LogPage, LogRecord, LoggedRecord } from '../contract/log.ts'
import type { LogStore } from './log-store.ts'
import { isBetween } from '../store/query.ts'
import { type LogRow, logEntries, logHeads } from '../store/rows/log-rows.ts'
import { signCheckpoint } from './checkpoint.ts'
import { logError } from './errors.ts'
import { rootOf } from './merkle.ts'
import { proveConsistency, proveInclusion } from './prove.ts'
import { releaseSubject } from './subject.ts'

/** How many leaves the log has. */
export async function readSize(store: LogStore): Promise<number> {
  const head = await store.database.getRepository(logHeads).findOneByOrFail({ id: 1 })
  return head.size
}

/** The log's name, its key, and the checkpoint of everything in it. */
export async function readHead(store: LogStore): Promise<LogHead> {
  const size = await readSize(store)
  const { origin, publicKeyPem } = store.logKey
  return { origin, publicKey: publicKeyPem, size, checkpoint: await readCheckpoint(store, size) }
}

/** The checkpoint that was signed when the log had `size` leaves. */
async function readCheckpoint(store: LogStore, size: number): Promise<string> {
  const { origin, logId, privateKey } = store.logKey
  if (size === 0) return signCheckpoint({ origin, size, root: rootOf([]) }, logId, privateKey)
  const row = await store.database.getRepository(logEntries).findOne({
    where: { leafIndex: size - 1 },
    select: { leafIndex: true, checkpoint: true },
  })
  if (row === null) throw outside(`a tree of at least ${size} leaves`, 'a smaller one')
  return row.checkpoint
}

/** Leaves in order, each with the checkpoint that was signed with it. */
export async function readEntries(store: LogStore, start: number, limit: number): Promise<LogPage> {
  const size = await readSize(store)
  const rows = await store.database
    .getRepository(logEntries)
    .find({ where: { leafIndex: isBetween(start, start + limit - 1) }, order: { leafIndex: 'asc' } })
  return { size, items: rows.map((row) => ({ ...toRecord(row), checkpoint: row.checkpoint })) }
}

/** One leaf with its inclusion proof, in the whole log or in the log as it was with `size` leaves. */
export async function readLogged(store: LogStore, index: number, size?: number): Promise<LoggedRecord> {
  const row = await store.database.getRepository(logEntries).findOneBy({ leafIndex: index })
  if (row === null) throw logError('LOG_ENTRY_NOT_FOUND', `Expected a leaf ${index} in the log, found none.`)
  return proveRow(store, row, size)
}

/** Where a release was published in the log; `undefined` for one that is not in it. */
export async function findPublished(
  store: LogStore,
  release: { readonly id: string; readonly version: string },
  size?: number,
): Promise<LoggedRecord | undefined> {
  const row = await store.database.getRepository(logEntries).findOne({
    where: { subject: releaseSubject(release), kind: 'release.published' },
    order: { leafIndex: 'asc' },
  })
  return row === null ? undefined : proveRow(store, row, size)
}

/** Proves that the log only grew between two sizes. */
export async function readConsistency(store: LogStore, from: number, to: number): Promise<ConsistencyProof> {
  const size = await readSize(store)
  if (from > to || to > size) throw outside(`sizes in order up to ${size}`, `${from} and ${to}`)
  return proveConsistency(store, from, to)
}

async function proveRow(store: LogStore, row: LogRow, asked: number | undefined): Promise<LoggedRecord> {
  const size = asked ?? (await readSize(store))
  if (row.leafIndex >= size) throw outside(`a tree of more than ${row.leafIndex} leaves`, `${size}`)
  const checkpoint = await readCheckpoint(store, size)
  return { record: toRecord(row), proof: await proveInclusion(store, row.leafIndex, size, checkpoint) }
}

function toRecord({ leafIndex, statement, body, integratedTime, signedEntryTimestamp }: LogRow): LogRecord {
  return { index: leafIndex, statement, body, integratedTime, signedEntryTimestamp }
}

function outside(expected: string, found: string) {
  return logError('LOG_RANGE', `Expected ${expected}, found ${found}.`, { details: { layer: 'log', expected, found } })
}
