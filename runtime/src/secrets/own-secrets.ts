import { personOf, type Principal } from '../identity/principal.ts'
import type { OwnSecretRow, OwnSecretRows } from '../store/own-secret.ts'
import type { DataKeys } from './data-keys.ts'
import { readSecretName, readSecretValue } from './input.ts'
import { putOwnSecret } from './put-secret.ts'
import type { SecretFacts, Secrets } from './secrets.ts'

interface OwnSecretsParts {
  readonly rows: OwnSecretRows
  readonly dataKeys: Pick<DataKeys, 'get'>
  readonly clock: () => Date
  readonly open: (row: OwnSecretRow) => Promise<string>
  readonly facts: (row: OwnSecretRow) => SecretFacts
  readonly record: (principal: Principal, action: string, name: string, requestId: string, version?: number) => void
}

/** Secrets that people keep for calls of their own: nobody else's permission is asked, and nobody else's call sees them. */
export function createOwnSecrets({
  rows,
  dataKeys,
  clock,
  open,
  facts,
  record,
}: OwnSecretsParts): Pick<Secrets, 'listOwn' | 'putOwn' | 'removeOwn' | 'revealOwn'> {
  const keyOf = (principal: Principal, name: string) => ({
    workspaceId: principal.workspaceId,
    ownerId: personOf(principal),
    name: readSecretName(name),
  })
  return {
    async listOwn(principal) {
      return (await rows.ofOwner(principal.workspaceId, personOf(principal))).map(facts)
    },
    async putOwn(principal, givenName, givenValue, requestId) {
      const [key, value] = [keyOf(principal, givenName), readSecretValue(givenValue)]
      const row = await putOwnSecret(rows, await dataKeys.get(key.workspaceId), { key, value, now: clock() })
      record(principal, 'secret.own.written', key.name, requestId, row.version)
      return facts(row)
    },
    async removeOwn(principal, givenName, requestId) {
      const key = keyOf(principal, givenName)
      const removed = await rows.remove(key)
      if (removed) record(principal, 'secret.own.removed', key.name, requestId)
      return removed
    },
    async revealOwn(workspaceId, ownerId, givenName) {
      const row = await rows.get({ workspaceId, ownerId, name: readSecretName(givenName) })
      return row === undefined ? undefined : await open(row)
    },
  }
}
