import type { TrustedIdentity } from '../contract/keys.ts'
import type { IdentityRequest } from '../contract/publishers.ts'
import { isUniqueViolation } from '../database/index.ts'
import { registryError } from '../errors.ts'
import { appendToLog } from '../log/append-to-log.ts'
import { identityFingerprint } from '../signing/signers.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isNull } from '../store/query.ts'
import { type IdentityRow, identities } from '../store/rows/identity-rows.ts'

/** Identities of one publisher, oldest first. */
export async function identitiesOf(store: RegistryStore, publisherId: string): Promise<readonly TrustedIdentity[]> {
  const rows = await store.database
    .getRepository(identities)
    .find({ where: { publisherId }, order: { validFrom: 'asc' } })
  return rows.map(toTrustedIdentity)
}

/** Lets an identity sign for a publisher from now on. */
export async function addIdentity(
  store: RegistryStore,
  publisherId: string,
  { issuer, subject, validUntil }: IdentityRequest,
): Promise<TrustedIdentity> {
  const fingerprint = identityFingerprint({ issuer, subject })
  const validFrom = new Date().toISOString()
  const row: IdentityRow = {
    publisherId,
    fingerprint,
    issuer,
    subject,
    validFrom,
    validUntil: validUntil ?? null,
    revokedAt: null,
  }
  try {
    await store.database.transaction(async (manager) => {
      await manager.insert(identities, row)
      await appendToLog(manager, { kind: 'key.added', publisherId, keyId: fingerprint })
    })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw registryError('KEY_EXISTS', `Expected an identity that ${publisherId} does not have yet, found one it has.`)
  }
  return toTrustedIdentity(row)
}

/** Revokes an identity for good: nothing signed with it is believed any more. */
export async function revokeIdentity(store: RegistryStore, publisherId: string, fingerprint: string): Promise<void> {
  await store.database.transaction(async (manager) => {
    const row = await manager.findOneBy(identities, { publisherId, fingerprint })
    if (row === null)
      throw registryError('KEY_NOT_FOUND', 'Expected an identity of this publisher, found none with this fingerprint.')
    const change = { revokedAt: new Date().toISOString() }
    const { affected } = await manager.update(identities, { publisherId, fingerprint, revokedAt: isNull() }, change)
    if (affected !== 0) await appendToLog(manager, { kind: 'key.revoked', publisherId, keyId: fingerprint })
  })
}

export function toTrustedIdentity({ issuer, subject, validFrom, validUntil, revokedAt }: IdentityRow): TrustedIdentity {
  return {
    issuer,
    subject,
    validFrom,
    ...(validUntil === null ? {} : { validUntil }),
    ...(revokedAt === null ? {} : { revokedAt }),
  }
}
