import { createPublicKey } from 'node:crypto'
import type { z } from 'zod'
import { type hostRegistration, type knownHost, registrationStatement } from '../contract/host-statements.ts'
import { registryError } from '../errors.ts'
import { keyIdOf } from '../signing/keys.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type HostRow, hosts } from '../store/rows/review-rows.ts'
import { reviewError } from './errors.ts'
import { checkStatement } from './read-statement.ts'
import type { ReviewState } from './review-state.ts'

/**
 * Makes a host known. Where accounts are open to everybody, so is this; elsewhere the registry's admin lets hosts in.
 * Registering again changes nothing.
 */
export async function registerHost(
  store: RegistryStore,
  state: ReviewState,
  request: z.output<typeof hostRegistration>,
): Promise<z.input<typeof knownHost>> {
  requireEd25519(request.publicKey)
  await checkStatement(store, request.statement, request.publicKey, registrationStatement)
  const id = keyIdOf(request.publicKey)
  const known = await store.database.getRepository(hosts).findOneBy({ id })
  if (known !== null) return toKnownHost(known)
  if (store.accounts.signUp !== 'open') {
    throw reviewError(
      'HOST_REGISTRATION_CLOSED',
      `Expected a host that the registry's admin let in, found a new one. Ask for ${id} to be admitted.`,
    )
  }
  state.countRegistration()
  return admitHost(store, request.publicKey)
}

/** Lets a host in by its key: for registries that are not open. */
export async function admitHost(store: RegistryStore, publicKey: string): Promise<z.input<typeof knownHost>> {
  requireEd25519(publicKey)
  const row: HostRow = {
    id: keyIdOf(publicKey),
    publicKey,
    registeredAt: new Date().toISOString(),
    blockedAt: null,
    blockReason: null,
  }
  await store.database.createQueryBuilder().insert().into(hosts).values(row).orIgnore().execute()
  return toKnownHost(await findHost(store, row.id))
}

/** Stops believing a host; its reviews are not shown while it is blocked. */
export async function blockHost(store: RegistryStore, id: string, reason: string | null): Promise<void> {
  await findHost(store, id)
  const blockedAt = reason === null ? null : new Date().toISOString()
  await store.database.getRepository(hosts).update({ id }, { blockedAt, blockReason: reason })
}

async function findHost(store: RegistryStore, id: string): Promise<HostRow> {
  const row = await store.database.getRepository(hosts).findOneBy({ id })
  if (row === null) throw reviewError('HOST_UNKNOWN', `Expected a host ${id}, found none.`)
  return row
}

function toKnownHost(row: HostRow) {
  return { id: row.id, registeredAt: row.registeredAt, ...(row.blockedAt === null ? {} : { blockedAt: row.blockedAt }) }
}

function requireEd25519(publicKey: string): void {
  try {
    if (createPublicKey(publicKey).asymmetricKeyType === 'ed25519') return
  } catch {
    // The same refusal as for another kind of key.
  }
  throw registryError('REQUEST_INVALID', 'Expected an Ed25519 public key as PEM, found something else.')
}
