import type { RunStatement, StatementRow, Statements } from '@nexus/registry/database'
import { storeError } from '../errors.ts'
import { STORAGE_ENTRY_BYTES, STORAGE_LIST_LIMIT } from '../limits.ts'
import type { PluginStorage } from '../plugin-storage.ts'
import { explainReferences } from '../reference-error.ts'
import { checkStorageKey } from '../storage-key.ts'
import type { Store } from '../store.ts'
import {
  COUNT_WRITE,
  LIGHTEN,
  LIST,
  LOCK,
  READ,
  READ_SIZE,
  READ_USAGE,
  READ_VERSIONED,
  REMOVE,
  REMOVE_ALL,
  WEIGH,
  WRITE,
} from './storage-statements.ts'

export function pluginStorageVerbs(statements: Statements, dialect: Store['dialect']): PluginStorage {
  const { run, transaction } = statements
  const write = (entry: Entry, isExpected: IsExpected): Promise<boolean> =>
    explainReferences(transaction((inside) => writeEntry(inside, entry, isExpected)))
  const remove = (installationId: string, key: string, isExpected: IsExpected): Promise<boolean> =>
    transaction((inside) => removeEntry(inside, installationId, checkStorageKey(key), isExpected))
  return {
    async get(installationId, key) {
      const [row] = await run(READ, [installationId, checkStorageKey(key)])
      return row === undefined ? undefined : String(row['value'])
    },
    async getVersioned(installationId, key) {
      const [row] = await run(READ_VERSIONED, [installationId, checkStorageKey(key)])
      return row === undefined ? undefined : { value: String(row['value']), version: numberIn(row, 'version') }
    },
    async set(workspaceId, installationId, key, value, quotaBytes) {
      await write({ workspaceId, installationId, key, value, quotaBytes }, () => true)
    },
    compareAndSet(workspaceId, installationId, key, expected, value, quotaBytes) {
      const isExpected: IsExpected = (version) => version === expected
      if (value === undefined) return remove(installationId, key, isExpected)
      return write({ workspaceId, installationId, key, value, quotaBytes }, isExpected)
    },
    delete: (installationId, key) => remove(installationId, key, (version) => version !== undefined),
    async list(installationId, prefix, after, limit) {
      const isAfter = after !== '' && isLater(after, prefix)
      const start = isAfter ? after : prefix
      if (start !== '') checkStorageKey(start)
      const sql = LIST[dialect][isAfter ? 'after' : 'from']
      const rows = await run(sql, [installationId, start, Math.min(limit, STORAGE_LIST_LIMIT)])
      const keys = rows.map((row) => String(row['key']))
      const end = keys.findIndex((key) => !key.startsWith(prefix))
      return end === -1 ? keys : keys.slice(0, end)
    },
    async bytes(installationId) {
      const [row] = await run(READ_USAGE, [installationId])
      return row === undefined ? 0 : numberIn(row, 'bytes')
    },
    // The usage row stays, and with it the count of writes: a version never comes back.
    clear: (installationId) =>
      transaction(async (inside) => {
        await inside(LOCK, [installationId])
        await inside(REMOVE_ALL, [installationId])
        await inside(WEIGH, [installationId, 0])
      }),
  }
}

/** Judges the version that is there, `undefined` when there is no such key. */
type IsExpected = (version: number | undefined) => boolean

interface Entry {
  readonly workspaceId: string
  readonly installationId: string
  readonly key: string
  readonly value: string
  readonly quotaBytes: number
}

async function writeEntry(inside: RunStatement, entry: Entry, isExpected: IsExpected): Promise<boolean> {
  const { workspaceId, installationId, value, quotaBytes } = entry
  const key = checkStorageKey(entry.key)
  const [usage] = await inside(COUNT_WRITE, [installationId, workspaceId])
  const [old] = await inside(READ_SIZE, [installationId, key])
  if (!isExpected(old === undefined ? undefined : numberIn(old, 'version'))) return false
  const bytes = Buffer.byteLength(key) + Buffer.byteLength(value) + STORAGE_ENTRY_BYTES
  const total = numberIn(usage, 'bytes') - numberIn(old, 'bytes') + bytes
  if (total > quotaBytes) {
    throw storeError(
      'STORE_QUOTA',
      `Expected at most ${quotaBytes} bytes of keys and values, found ${total}. Delete keys or ask for a larger quota.`,
      { details: { quotaBytes, totalBytes: total } },
    )
  }
  await inside(WRITE, [installationId, key, workspaceId, value, bytes, numberIn(usage, 'writes')])
  await inside(WEIGH, [installationId, total])
  return true
}

async function removeEntry(
  inside: RunStatement,
  installationId: string,
  key: string,
  isExpected: IsExpected,
): Promise<boolean> {
  await inside(LOCK, [installationId])
  const [old] = await inside(READ_SIZE, [installationId, key])
  if (!isExpected(old === undefined ? undefined : numberIn(old, 'version'))) return false
  const [removed] = await inside(REMOVE, [installationId, key])
  await inside(LIGHTEN, [installationId, numberIn(removed, 'bytes')])
  return true
}

/** 0 without a row. PostgreSQL hands 64-bit integers over as text. */
function numberIn(row: StatementRow | undefined, column: string): number {
  return Number(row?.[column] ?? 0)
}

/** Code-point order is the order of UTF-8 bytes, which is not the order of JavaScript's strings. */
function isLater(left: string, right: string): boolean {
  return Buffer.compare(Buffer.from(left), Buffer.from(right)) >= 0
}
