import { errorCode } from '@nexus/plugin-api'
import type { OwnSecretRow, OwnSecretRows } from '../store/own-secret.ts'
import type { SecretRow, Store } from '../store/store.ts'
import { secretsError } from './errors.ts'
import { PUT_ATTEMPTS } from './limits.ts'
import { seal } from './seal.ts'

/** What a sealed value is bound to: nobody can move it to another workspace, owner, name or version. */
export function contextOf(
  row: Pick<SecretRow, 'workspaceId' | 'name' | 'version'> & { readonly ownerId?: string },
): string {
  const place = row.ownerId === undefined ? row.workspaceId : `${row.workspaceId}/${row.ownerId}/own`
  return `${place}/${row.name}/${row.version}`
}

/** Where versions of one kind of secret are kept. */
type Versions<Row, Key> = {
  get(key: Key): Promise<Row | undefined>
  insert(row: Row): Promise<void>
  replace(row: Row, expectedVersion: number): Promise<boolean>
}

interface NewSecret<Key> {
  readonly key: Key
  readonly value: string
  readonly now: Date
}

/** Writes the next version. Of several writers at once each gets a version of its own; the last one stays. */
export function putSecret(
  secrets: Store['secrets'],
  dataKey: Buffer,
  secret: NewSecret<Pick<SecretRow, 'workspaceId' | 'name'>>,
): Promise<SecretRow> {
  return put(secrets, dataKey, secret)
}

/** The same for a secret that somebody keeps for calls of their own. */
export function putOwnSecret(
  secrets: OwnSecretRows,
  dataKey: Buffer,
  secret: NewSecret<Pick<OwnSecretRow, 'workspaceId' | 'ownerId' | 'name'>>,
): Promise<OwnSecretRow> {
  return put(secrets, dataKey, secret)
}

type Written = Pick<SecretRow, 'version' | 'sealed' | 'createdAt' | 'updatedAt'>

async function put<Key extends Pick<SecretRow, 'workspaceId' | 'name'>>(
  secrets: Versions<Key & Written, Key>,
  dataKey: Buffer,
  { key, value, now }: NewSecret<Key>,
): Promise<Key & Written> {
  for (let attempt = 0; attempt < PUT_ATTEMPTS; attempt += 1) {
    const old = await secrets.get(key)
    const version = (old?.version ?? 0) + 1
    const sealed = seal(dataKey, Buffer.from(value), contextOf({ ...key, version }))
    const row = { ...key, version, sealed, createdAt: old?.createdAt ?? now, updatedAt: now }
    const written = old === undefined ? await inserted(secrets, row) : await secrets.replace(row, old.version)
    if (written) return row
  }
  throw secretsError(
    'SECRETS_BUSY',
    `Expected to write the secret within ${PUT_ATTEMPTS} attempts, found other writers each time. Try again.`,
  )
}

async function inserted<Row, Key>(secrets: Versions<Row, Key>, row: Row): Promise<boolean> {
  try {
    await secrets.insert(row)
    return true
  } catch (error) {
    if (errorCode(error) === 'STORE_CONFLICT') return false
    throw error
  }
}
