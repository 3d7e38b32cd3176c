import type { EntityManager } from 'typeorm'
import { installationEntity } from '../entities/installation.ts'
import { rowsOf } from '../rows.ts'
import type { Store } from '../store.ts'
import { tableOf } from '../table.ts'

export function installationVerbs(manager: EntityManager): Store['installations'] {
  const table = tableOf(manager, installationEntity)
  return {
    ...rowsOf(manager, installationEntity, (id: string) => ({ id })),
    list: () => table.find({}, { createdAt: 'asc', id: 'asc' }),
    ofWorkspace: (workspaceId) => table.find({ workspaceId }, { createdAt: 'asc', id: 'asc' }),
  }
}
