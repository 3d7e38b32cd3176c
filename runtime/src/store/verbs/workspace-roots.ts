import type { EntityManager } from 'typeorm'
import { workspaceRootEntity } from '../entities/workspace-root.ts'
import { rowsOf } from '../rows.ts'
import { tableOf } from '../table.ts'
import type { WorkspaceRootRow, WorkspaceRootRows } from '../workspace-root.ts'

type RootKey = Pick<WorkspaceRootRow, 'workspaceId' | 'name'>

export function workspaceRootVerbs(manager: EntityManager): WorkspaceRootRows {
  const table = tableOf(manager, workspaceRootEntity)
  return {
    ...rowsOf(manager, workspaceRootEntity, ({ workspaceId, name }: RootKey) => ({ workspaceId, name })),
    ofWorkspace: (workspaceId) => table.find({ workspaceId }, { name: 'asc' }),
  }
}
