import type { EntityManager } from 'typeorm'
import { virtualServerEntity } from '../entities/virtual-server.ts'
import { rowsOf } from '../rows.ts'
import type { Store } from '../store.ts'
import { tableOf } from '../table.ts'

export function virtualServerVerbs(manager: EntityManager): Store['virtualServers'] {
  const table = tableOf(manager, virtualServerEntity)
  return {
    ...rowsOf(manager, virtualServerEntity, (id: string) => ({ id })),
    list: () => table.find({}, { name: 'asc' }),
    ofWorkspace: (workspaceId) => table.find({ workspaceId }, { name: 'asc' }),
    byName: (name) => table.findOne({ name }),
    async replace({ id, ...change }, expectedRevision) {
      return (await table.update({ id, revision: expectedRevision }, change)) > 0
    },
  }
}
