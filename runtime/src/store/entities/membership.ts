import { EntitySchema } from 'typeorm'
import { key, ofUser } from '../columns.ts'
import type { MembershipRow } from '../store.ts'

/** `workspaceId` may be `*`, which is no workspace's id: hence no reference to `workspace`. */
export const membershipEntity = new EntitySchema<MembershipRow>({
  name: 'membership',
  columns: {
    userId: key('user_id', 'pk_membership'),
    workspaceId: key('workspace_id', 'pk_membership'),
    role: key('role', 'pk_membership'),
  },
  indices: [{ name: 'ix_membership_workspace', columns: ['workspaceId'] }],
  foreignKeys: [ofUser('fk_membership_user')],
})
