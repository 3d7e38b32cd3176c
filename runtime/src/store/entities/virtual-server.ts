import { EntitySchema } from 'typeorm'
import { date, inWorkspace, json, key, text } from '../columns.ts'
import type { VirtualServerRow } from '../store.ts'

export const virtualServerEntity = new EntitySchema<VirtualServerRow>({
  name: 'virtual_server',
  columns: {
    id: key('id', 'pk_virtual_server'),
    workspaceId: text('workspace_id'),
    name: text('name'),
    title: text('title'),
    description: text('description'),
    prefixMode: text('prefix_mode'),
    tools: json('tools'),
    createdAt: date('created_at'),
    updatedAt: date('updated_at'),
  },
  uniques: [{ name: 'uq_virtual_server_name', columns: ['name'] }],
  indices: [{ name: 'ix_virtual_server_workspace', columns: ['workspaceId'] }],
  foreignKeys: [inWorkspace('fk_virtual_server_workspace')],
})
