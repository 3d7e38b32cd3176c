import { EntitySchema } from 'typeorm'
import { date, inWorkspace, json, key, ofUser, optionalDate, optionalText, text } from '../columns.ts'
import type { ApiTokenRow } from '../store.ts'

export const apiTokenEntity = new EntitySchema<ApiTokenRow>({
  name: 'api_token',
  columns: {
    id: key('id', 'pk_api_token'),
    workspaceId: text('workspace_id'),
    userId: text('user_id'),
    name: text('name'),
    tokenHash: text('token_hash'),
    hint: text('hint'),
    scopes: json('scopes'),
    virtualServer: optionalText('virtual_server'),
    createdAt: date('created_at'),
    expiresAt: optionalDate('expires_at'),
    lastUsedAt: optionalDate('last_used_at'),
    revokedAt: optionalDate('revoked_at'),
  },
  uniques: [{ name: 'uq_api_token_hash', columns: ['tokenHash'] }],
  indices: [
    { name: 'ix_api_token_workspace', columns: ['workspaceId'] },
    { name: 'ix_api_token_user', columns: ['userId'] },
  ],
  foreignKeys: [inWorkspace('fk_api_token_workspace'), ofUser('fk_api_token_user')],
})
