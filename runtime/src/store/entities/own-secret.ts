import { EntitySchema } from 'typeorm'
import { date, inWorkspace, key, text } from '../columns.ts'
import type { OwnSecretRow } from '../own-secret.ts'

export const ownSecretEntity = new EntitySchema<OwnSecretRow>({
  name: 'own_secret',
  columns: {
    workspaceId: key('workspace_id', 'pk_own_secret'),
    ownerId: key('owner_id', 'pk_own_secret'),
    name: key('name', 'pk_own_secret'),
    version: { name: 'version', type: 'integer' },
    sealed: text('sealed'),
    createdAt: date('created_at'),
    updatedAt: date('updated_at'),
  },
  foreignKeys: [inWorkspace('fk_own_secret_workspace')],
})
