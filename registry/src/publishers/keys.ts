import type { TrustedKey } from '../contract/keys.ts'
import type { KeyRequest } from '../contract/publishers.ts'
import { DAY_MS } from '../accounts/limits.ts'
import { isUniqueViolation } from '../database/index.ts'
import { registryError } from '../errors.ts'
import { appendToLog } from '../log/append-to-log.ts'
import { keyIdOf } from '../signing/keys.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isNull } from '../store/query.ts'
import { type KeyRow, keys } from '../store/rows/publisher-rows.ts'

export function newKeyRow(publisherId: string, request: KeyRequest): KeyRow {
  return {
    keyId: keyIdOf(request.publicKey),
    publisherId,
    publicKey: request.publicKey,
    validFrom: new Date().toISOString(),
    validUntil: request.validUntil ?? null,
    revokedAt: null,
  }
}

export function toTrustedKey(row: KeyRow): TrustedKey {
  return {
    keyId: row.keyId,
    publicKey: row.publicKey,
    validFrom: row.validFrom,
    ...(row.validUntil === null ? {} : { validUntil: row.validUntil }),
    ...(row.revokedAt === null ? {} : { revokedAt: row.revokedAt }),
  }
}

/** Adds a key to a publisher, valid from now on. */
export async function addKey(store: RegistryStore, publisherId: string, request: KeyRequest): Promise<TrustedKey> {
  const row = newKeyRow(publisherId, request)
  try {
    await store.database.transaction(async (manager) => {
      await manager.insert(keys, row)
      await appendToLog(manager, { kind: 'key.added', publisherId, keyId: row.keyId })
    })
  } catch (error) {
    throw isUniqueViolation(error) ? keyExists() : error
  }
  return toTrustedKey(row)
}

/** Revokes a key for good: nothing signed with it is believed any more. */
export async function revokeKey(store: RegistryStore, publisherId: string, keyId: string): Promise<void> {
  await store.database.transaction(async (manager) => {
    if (!(await manager.existsBy(keys, { publisherId, keyId }))) {
      throw registryError('KEY_NOT_FOUND', 'Expected a key of this publisher, found none with this fingerprint.')
    }
    const change = { revokedAt: new Date().toISOString() }
    const { affected } = await manager.update(keys, { publisherId, keyId, revokedAt: isNull() }, change)
    if (affected !== 0) await appendToLog(manager, { kind: 'key.revoked', publisherId, keyId })
  })
}

/** Adds the new key and lets the old one end after an overlap, in one step. */
export async function rotateKey(
  store: RegistryStore,
  publisherId: string,
  request: { readonly publicKey: string; readonly replaces: string; readonly overlapDays: number },
): Promise<TrustedKey> {
  const row = newKeyRow(publisherId, { publicKey: request.publicKey })
  const validUntil = new Date(Date.now() + request.overlapDays * DAY_MS).toISOString()
  try {
    await store.database.transaction(async (manager) => {
      const where = { publisherId, keyId: request.replaces, revokedAt: isNull() }
      const { affected } = await manager.update(keys, where, { validUntil })
      if (affected !== 1) {
        throw registryError('KEY_NOT_FOUND', 'Expected a key of this publisher to replace, found none that is valid.')
      }
      await manager.insert(keys, row)
      await appendToLog(manager, { kind: 'key.added', publisherId, keyId: row.keyId })
    })
  } catch (error) {
    throw isUniqueViolation(error) ? keyExists() : error
  }
  return toTrustedKey(row)
}

function keyExists() {
  return registryError(
    'KEY_EXISTS',
    'Expected a key that no publisher has, found one that is in use. Generate another.',
  )
}
