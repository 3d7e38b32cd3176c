import { EntitySchema } from 'typeorm'
import { inWorkspace, key, text } from '../columns.ts'
import type { DataKeyRow } from '../store.ts'

export const dataKeyEntity = new EntitySchema<DataKeyRow>({
  name: 'data_key',
  columns: {
    workspaceId: key('workspace_id', 'pk_data_key'),
    wrapped: text('wrapped'),
    keyId: text('key_id'),
  },
  foreignKeys: [inWorkspace('fk_data_key_workspace')],
})
