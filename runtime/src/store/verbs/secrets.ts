import type { EntityManager } from 'typeorm'
import { secretEntity } from '../entities/secret.ts'
import { rowsOf } from '../rows.ts'
import type { SecretRow, Store } from '../store.ts'
import { tableOf } from '../table.ts'

type SecretKey = Pick<SecretRow, 'workspaceId' | 'name'>

export function secretVerbs(manager: EntityManager): Store['secrets'] {
  const table = tableOf(manager, secretEntity)
  return {
    ...rowsOf(manager, secretEntity, ({ workspaceId, name }: SecretKey) => ({ workspaceId, name })),
    ofWorkspace: (workspaceId) => table.find({ workspaceId }, { name: 'asc' }),
    async replace({ workspaceId, name, ...change }, expectedVersion) {
      return (await table.update({ workspaceId, name, version: expectedVersion }, change)) > 0
    },
  }
}
