import { EntitySchema } from 'typeorm'
import { date, inWorkspace, key, text } from '../columns.ts'
import type { SecretRow } from '../store.ts'

export const secretEntity = new EntitySchema<SecretRow>({
  name: 'secret',
  columns: {
    workspaceId: key('workspace_id', 'pk_secret'),
    name: key('name', 'pk_secret'),
    version: { name: 'version', type: 'integer' },
    sealed: text('sealed'),
    createdAt: date('created_at'),
    updatedAt: date('updated_at'),
  },
  foreignKeys: [inWorkspace('fk_secret_workspace')],
})
