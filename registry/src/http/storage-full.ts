import type { NexusError } from '@nexus/plugin-api'
import { registryError } from '../errors.ts'

/** No space on the disk, over the quota, over the limit of the process; SQLite and PostgreSQL that are full. */
const FULL = /^(?:ENOSPC|EDQUOT|EFBIG|SQLITE_FULL|53100)$/

/** The error to answer with when something failed because there was no room; `undefined` when it was something else. */
export function storageFull(thrown: unknown): NexusError | undefined {
  if (!isFull(thrown)) return undefined
  return registryError(
    'STORAGE_FULL',
    'Expected room to keep this, found none. Nothing was changed; ask the operator to make room.',
    { cause: thrown },
  )
}

function isFull(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  return ('code' in thrown && FULL.test(String(thrown.code))) || isFull(thrown.cause)
}
