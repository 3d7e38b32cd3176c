import type { TrustedKey } from '../contract/keys.ts'
import type { KeyRequest } from '../contract/publishers.ts'
import { isUniqueViolation } from '../database/index.ts'
import { registryError } from '../errors.ts'
import { keyIdOf } from '../signing/keys.ts'
import type { RegistryStore } from '../store/open-store.ts'
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
    await store.database.getRepository(keys).insert(row)
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw registryError(
      'KEY_EXISTS',
      'Expected a key that no publisher has, found one that is in use. Generate another.',
    )
  }
  return toTrustedKey(row)
}

/** Revokes a key for good. */
export async function revokeKey(store: RegistryStore, publisherId: string, keyId: string): Promise<void> {
  const { affected } = await store.database
    .getRepository(keys)
    .update({ publisherId, keyId }, { revokedAt: new Date().toISOString() })
  if (affected === 0)
    throw registryError('KEY_NOT_FOUND', 'Expected a key of this publisher, found none with this fingerprint.')
}
