import type { AuditTrail } from '../audit/audit.ts'
import { requirePermission } from '../identity/permission-check.ts'
import type { Principal } from '../identity/principal.ts'
import type { OwnSecretRow } from '../store/own-secret.ts'
import type { SecretRow, Store } from '../store/store.ts'
import { createDataKeys } from './data-keys.ts'
import { secretsError } from './errors.ts'
import { readSecretName, readSecretValue } from './input.ts'
import type { KeyWrapper } from './key-wrapper.ts'
import { createOwnSecrets } from './own-secrets.ts'
import { contextOf, putSecret } from './put-secret.ts'
import { unseal } from './seal.ts'
import type { SecretFacts, Secrets } from './secrets.ts'

export interface SecretsOptions {
  readonly store: Pick<Store, 'secrets' | 'ownSecrets' | 'dataKeys' | 'workspaces'>
  readonly audit: Pick<AuditTrail, 'record'>
  readonly wrapper: KeyWrapper
  /** What time it is; default the clock of the machine. */
  readonly clock?: () => Date
}

/** Opens the secrets. Fails with `SECRETS_WRONG_KEY` when the data keys of the store do not open with this key. */
export async function openSecrets(options: SecretsOptions): Promise<Secrets> {
  const { store, audit, wrapper, clock = () => new Date() } = options
  const dataKeys = createDataKeys(store, wrapper)
  for (const { id } of await store.workspaces.list()) await dataKeys.find(id)

  const record = (principal: Principal, action: string, name: string, requestId: string, version?: number): void => {
    const { workspaceId, id: actor } = principal
    const details = version === undefined ? {} : { version }
    audit.record({ workspaceId, actor, action, target: `secret:${name}`, outcome: 'ok', requestId, details })
  }

  const open = async (row: SecretRow | OwnSecretRow): Promise<string> => {
    const dataKey = await dataKeys.find(row.workspaceId)
    const plain = dataKey === undefined ? undefined : unseal(dataKey, row.sealed, contextOf(row))
    if (plain !== undefined) return plain.toString('utf8')
    throw secretsError(
      'SECRETS_DAMAGED',
      `Expected the secret ${row.name} as it was written, found bytes that do not open. Write it again.`,
    )
  }

  return {
    async list(workspaceId) {
      return (await store.secrets.ofWorkspace(workspaceId)).map(factsOf)
    },
    async put(principal, givenName, givenValue, requestId) {
      requirePermission(principal, 'secrets:manage')
      const [name, value] = [readSecretName(givenName), readSecretValue(givenValue)]
      const { workspaceId } = principal
      const key = { workspaceId, name }
      const row = await putSecret(store.secrets, await dataKeys.get(workspaceId), { key, value, now: clock() })
      record(principal, 'secret.written', name, requestId, row.version)
      return factsOf(row)
    },
    async remove(principal, givenName, requestId) {
      requirePermission(principal, 'secrets:manage')
      const name = readSecretName(givenName)
      const removed = await store.secrets.remove({ workspaceId: principal.workspaceId, name })
      if (removed) record(principal, 'secret.removed', name, requestId)
      return removed
    },
    async reveal(workspaceId, givenName) {
      const name = readSecretName(givenName)
      const row = await store.secrets.get({ workspaceId, name })
      if (row === undefined) {
        throw secretsError('SECRETS_NOT_FOUND', `Expected the secret ${name} in this workspace, found none. Create it.`)
      }
      return await open(row)
    },
    ...createOwnSecrets({ rows: store.ownSecrets, dataKeys, clock, open, facts: factsOf, record }),
    [Symbol.dispose]: () => dataKeys.forget(),
  }
}

function factsOf({ name, version, updatedAt }: SecretRow | OwnSecretRow): SecretFacts {
  return { name, version, updatedAt }
}
