import type { EntityManager } from 'typeorm'
import { workspaceEntity } from '../entities/workspace.ts'
import { rowsOf } from '../rows.ts'
import type { Store } from '../store.ts'
import { tableOf } from '../table.ts'

export function workspaceVerbs(manager: EntityManager): Store['workspaces'] {
  const table = tableOf(manager, workspaceEntity)
  return {
    ...rowsOf(manager, workspaceEntity, (id: string) => ({ id })),
    list: () => table.find({}, { name: 'asc' }),
    byName: (name) => table.findOne({ name }),
  }
}
