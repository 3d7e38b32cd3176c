import type { EntityManager } from 'typeorm'
import { apiTokenEntity } from '../entities/api-token.ts'
import { rowsOf } from '../rows.ts'
import type { Store } from '../store.ts'
import { tableOf } from '../table.ts'

export function tokenVerbs(manager: EntityManager): Store['tokens'] {
  const table = tableOf(manager, apiTokenEntity)
  return {
    ...rowsOf(manager, apiTokenEntity, (id: string) => ({ id })),
    byHash: (tokenHash) => table.findOne({ tokenHash }),
    ofWorkspace: (workspaceId) => table.find({ workspaceId }, { createdAt: 'asc', id: 'asc' }),
  }
}
