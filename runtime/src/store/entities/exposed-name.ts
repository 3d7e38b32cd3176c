import { EntitySchema } from 'typeorm'
import { inWorkspace, key, text } from '../columns.ts'
import type { ExposedNameRow } from '../store.ts'

export const exposedNameEntity = new EntitySchema<ExposedNameRow>({
  name: 'exposed_name',
  columns: {
    workspaceId: key('workspace_id', 'pk_exposed_name'),
    kind: key('kind', 'pk_exposed_name'),
    scope: key('scope', 'pk_exposed_name'),
    exposed: key('exposed', 'pk_exposed_name'),
    label: text('label'),
    original: text('original'),
  },
  indices: [{ name: 'ix_exposed_name_label', columns: ['workspaceId', 'label'] }],
  foreignKeys: [inWorkspace('fk_exposed_name_workspace')],
})
