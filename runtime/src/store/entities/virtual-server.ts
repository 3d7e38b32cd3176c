import { EntitySchema } from 'typeorm'
import { bigNumber, date, inWorkspace, json, key, text } from '../columns.ts'
import type { VirtualServerRow } from '../virtual-server-row.ts'

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
    prompts: { ...json('prompts'), default: '[]' },
    resources: { ...json('resources'), default: '[]' },
    resourceTemplates: { ...json('resource_templates'), default: '[]' },
    include: { ...json('include_filters'), default: '[]' },
    exclude: { ...json('exclude_filters'), default: '[]' },
    access: { ...json('access'), default: '{}' },
    rules: { ...json('rules'), default: '[]' },
    rate: { ...json('rate'), default: '{}' },
    toolSearch: { ...json('tool_search'), default: '{"mode":"auto"}' },
    revision: { ...bigNumber('revision'), default: 1 },
    createdAt: date('created_at'),
    updatedAt: date('updated_at'),
  },
  uniques: [{ name: 'uq_virtual_server_name', columns: ['name'] }],
  indices: [{ name: 'ix_virtual_server_workspace', columns: ['workspaceId'] }],
  foreignKeys: [inWorkspace('fk_virtual_server_workspace')],
})
