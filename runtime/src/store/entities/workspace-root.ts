import { EntitySchema } from 'typeorm'
import { date, inWorkspace, key, text } from '../columns.ts'
import type { WorkspaceRootRow } from '../workspace-root.ts'

export const workspaceRootEntity = new EntitySchema<WorkspaceRootRow>({
  name: 'workspace_root',
  columns: {
    workspaceId: key('workspace_id', 'pk_workspace_root'),
    name: key('name', 'pk_workspace_root'),
    path: text('path'),
    access: text('access'),
    createdAt: date('created_at'),
  },
  foreignKeys: [inWorkspace('fk_workspace_root_workspace')],
})
