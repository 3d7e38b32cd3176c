import { EntitySchema } from 'typeorm'
import { date, key, text } from '../columns.ts'
import type { WorkspaceRow } from '../store.ts'

export const workspaceEntity = new EntitySchema<WorkspaceRow>({
  name: 'workspace',
  columns: {
    id: key('id', 'pk_workspace'),
    name: text('name'),
    title: text('title'),
    createdAt: date('created_at'),
  },
  uniques: [{ name: 'uq_workspace_name', columns: ['name'] }],
})
