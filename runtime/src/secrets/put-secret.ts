import { errorCode } from '@nexus/plugin-api'
import type { SecretRow, Store } from '../store/store.ts'
import { secretsError } from './errors.ts'
import { PUT_ATTEMPTS } from './limits.ts'
import { seal } from './seal.ts'

/** What a sealed value is bound to: nobody can move it to another workspace, name or version. */
export function contextOf(row: Pick<SecretRow, 'workspaceId' | 'name' | 'version'>): string {
  return `${row.workspaceId}/${row.name}/${row.version}`
}

/** Writes the next version. Of several writers at once each gets a version of its own; the last one stays. */
export async function putSecret(
  secrets: Store['secrets'],
  dataKey: Buffer,
  secret: { readonly workspaceId: string; readonly name: string; readonly value: string; readonly now: Date },
): Promise<SecretRow> {
  const { workspaceId, name, value, now } = secret
  for (let attempt = 0; attempt < PUT_ATTEMPTS; attempt += 1) {
    const old = await secrets.get({ workspaceId, name })
    const version = (old?.version ?? 0) + 1
    const sealed = seal(dataKey, Buffer.from(value), contextOf({ workspaceId, name, version }))
    const row = { workspaceId, name, version, sealed, createdAt: old?.createdAt ?? now, updatedAt: now }
    const written = old === undefined ? await inserted(secrets, row) : await secrets.replace(row, old.version)
    if (written) return row
  }
  throw secretsError(
    'SECRETS_BUSY',
    `Expected to write the secret within ${PUT_ATTEMPTS} attempts, found other writers each time. Try again.`,
  )
}

async function inserted(secrets: Store['secrets'], row: SecretRow): Promise<boolean> {
  try {
    await secrets.insert(row)
    return true
  } catch (error) {
    if (errorCode(error) === 'STORE_CONFLICT') return false
    throw error
  }
}
