import { EntitySchema } from 'typeorm'
import type { LogEntry } from '../../contract/log.ts'
import { text, time } from './columns.ts'

/** One leaf of the transparency log. Rows are inserted, never changed, never removed. */
export interface LogRow {
  leafIndex: number
  kind: LogEntry['kind']
  /** What it is about: `publisher/name@version`, `publisher/name`, or a publisher's id. */
  subject: string
  time: string
  statement: string
  body: string
  integratedTime: number
  signedEntryTimestamp: string
  /** Hashes in hex, one after the other, of the subtrees that this leaf completes, beginning with its own. */
  nodes: string
  /** The signed checkpoint of the tree that ends with this leaf. */
  checkpoint: string
}

/** The one row that says how long the log is. Whoever appends locks it, so that appends come one after the other. */
export interface LogHeadRow {
  id: number
  size: number
  /** Hashes in hex, one after the other, of the subtrees that the tree consists of. */
  frontier: string
}

export const logEntries = new EntitySchema<LogRow>({
  name: 'registry_log_entry',
  columns: {
    leafIndex: { type: 'integer', primary: true },
    kind: text(40),
    subject: text(180),
    time,
    statement: { type: 'text' },
    body: { type: 'text' },
    integratedTime: { type: 'integer' },
    signedEntryTimestamp: text(200),
    nodes: { type: 'text' },
    checkpoint: { type: 'text' },
  },
  indices: [{ name: 'registry_log_entry_subject', columns: ['subject', 'kind'] }],
})

export const logHeads = new EntitySchema<LogHeadRow>({
  name: 'registry_log_head',
  columns: { id: { type: 'integer', primary: true }, size: { type: 'integer' }, frontier: { type: 'text' } },
})
