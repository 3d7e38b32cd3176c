import { randomBytes } from 'node:crypto'
import { errorCode } from '@nexus/plugin-api'
import type { DataKeyRow, Store } from '../store/store.ts'
import { secretsError } from './errors.ts'
import type { KeyWrapper } from './key-wrapper.ts'
import { KEY_BYTES } from './limits.ts'

/** One data key per workspace, unwrapped once and kept in memory. */
export interface DataKeys {
  /** The workspace's key, when it has one. */
  find(workspaceId: string): Promise<Buffer | undefined>
  /** The workspace's key, made when there is none. */
  get(workspaceId: string): Promise<Buffer>
  /** Overwrites the keys in memory. */
  forget(): void
}

export function createDataKeys(store: Pick<Store, 'dataKeys'>, wrapper: KeyWrapper): DataKeys {
  const known = new Map<string, Buffer>()

  const unwrap = async (row: DataKeyRow): Promise<Buffer> => {
    if (row.keyId !== wrapper.keyId) {
      throw secretsError(
        'SECRETS_WRONG_KEY',
        `Expected the key-encryption key ${row.keyId} that the secrets were written with, found ${wrapper.keyId}. Restore that key, or the database that belongs to this one.`,
        { details: { expected: row.keyId, found: wrapper.keyId } },
      )
    }
    const key = await wrapper.unwrap(row.workspaceId, row.wrapped)
    known.set(row.workspaceId, key)
    return key
  }

  const find = async (workspaceId: string): Promise<Buffer | undefined> => {
    const key = known.get(workspaceId)
    if (key !== undefined) return key
    const row = await store.dataKeys.get(workspaceId)
    return row === undefined ? undefined : unwrap(row)
  }

  return {
    find,
    async get(workspaceId) {
      const key = await find(workspaceId)
      if (key !== undefined) return key
      const wrapped = await wrapper.wrap(workspaceId, randomBytes(KEY_BYTES))
      try {
        await store.dataKeys.insert({ workspaceId, wrapped, keyId: wrapper.keyId })
      } catch (error) {
        // Somebody else made it at the same time: theirs counts.
        if (errorCode(error) !== 'STORE_CONFLICT') throw error
      }
      const made = await find(workspaceId)
      if (made !== undefined) return made
      throw secretsError('SECRETS_DAMAGED', 'Expected the data key just written, found none. Look at the database.')
    },
    forget() {
      for (const key of known.values()) key.fill(0)
      known.clear()
    },
  }
}
