import type { EntityManager } from 'typeorm'
import { dataKeyEntity } from '../entities/data-key.ts'
import { rowsOf } from '../rows.ts'
import type { Store } from '../store.ts'

export function dataKeyVerbs(manager: EntityManager): Store['dataKeys'] {
  return rowsOf(manager, dataKeyEntity, (workspaceId: string) => ({ workspaceId }))
}
