import { EntitySchema } from 'typeorm'
import { bigNumber, date, key, text } from '../columns.ts'
import type { PermissionUseRow } from '../store.ts'

/** When an installation last used one of its grants. */
export const permissionUseEntity = new EntitySchema<PermissionUseRow>({
  name: 'permission_use',
  columns: {
    installationId: key('installation_id', 'pk_permission_use'),
    family: key('family', 'pk_permission_use'),
    verb: key('verb', 'pk_permission_use'),
    name: key('name', 'pk_permission_use'),
    workspaceId: text('workspace_id'),
    uses: bigNumber('uses'),
    lastUsedAt: date('last_used_at'),
  },
})
