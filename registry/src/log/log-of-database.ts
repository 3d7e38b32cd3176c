import type { Transaction } from '../store/query.ts'
import type { LogKey } from './log-key.ts'

type Database = Transaction['connection']

const keys = new WeakMap<Database, LogKey>()

/** Ties a database to the key of the log in it, so that whoever has a transaction can append. */
export function setLogKey(database: Database, key: LogKey): void {
  keys.set(database, key)
}

export function logKeyOf(database: Database): LogKey {
  const key = keys.get(database)
  if (key === undefined) throw new TypeError('Expected a database opened by `openStore`, found another.')
  return key
}
