import type { EntityManager } from 'typeorm'
import { exposedNameEntity } from '../entities/exposed-name.ts'
import type { Store } from '../store.ts'
import { tableOf } from '../table.ts'

export function exposedNameVerbs(manager: EntityManager): Store['exposedNames'] {
  const table = tableOf(manager, exposedNameEntity)
  return {
    list: (workspaceId) => table.find({ workspaceId }, { kind: 'asc', scope: 'asc', exposed: 'asc' }),
    ofScope: (workspaceId, kind, scope) => table.find({ workspaceId, kind, scope }),
    // One transaction, so that a name already given leaves none of the others behind.
    insert: (rows) => manager.transaction((inside) => tableOf(inside, exposedNameEntity).insert(rows)),
    async removeLabel(workspaceId, label) {
      await table.remove({ workspaceId, label })
    },
  }
}
