import type { EntityManager } from 'typeorm'
import { ownSecretEntity } from '../entities/own-secret.ts'
import type { OwnSecretRow, OwnSecretRows } from '../own-secret.ts'
import { rowsOf } from '../rows.ts'
import { tableOf } from '../table.ts'

type OwnSecretKey = Pick<OwnSecretRow, 'workspaceId' | 'ownerId' | 'name'>

export function ownSecretVerbs(manager: EntityManager): OwnSecretRows {
  const table = tableOf(manager, ownSecretEntity)
  return {
    ...rowsOf(manager, ownSecretEntity, ({ workspaceId, ownerId, name }: OwnSecretKey) => ({
      workspaceId,
      ownerId,
      name,
    })),
    ofOwner: (workspaceId, ownerId) => table.find({ workspaceId, ownerId }, { name: 'asc' }),
    async replace({ workspaceId, ownerId, name, ...change }, expectedVersion) {
      return (await table.update({ workspaceId, ownerId, name, version: expectedVersion }, change)) > 0
    },
  }
}
