import type { MigrationInterface, QueryRunner, TableOptions } from 'typeorm'
import { createTables, dropTables, index, key, optionalText, reference, text, unique } from './columns.ts'

const tables: readonly TableOptions[] = [
  {
    name: 'workspace',
    columns: [...key('pk_workspace', 'id'), ...text('name', 'title', 'created_at')],
    uniques: [unique('uq_workspace_name', 'name')],
  },
  {
    name: 'user_account',
    columns: [
      ...key('pk_user_account', 'id'),
      ...text('email', 'display_name', 'password_hash'),
      { name: 'disabled', type: 'boolean' },
      ...text('created_at'),
    ],
    uniques: [unique('uq_user_account_email', 'email')],
  },
  {
    name: 'membership',
    columns: key('pk_membership', 'user_id', 'workspace_id', 'role'),
    indices: [index('ix_membership_workspace', 'workspace_id')],
    foreignKeys: [reference('fk_membership_user', 'user_id', 'user_account', 'id', 'CASCADE')],
  },
  {
    name: 'user_session',
    columns: [...key('pk_user_session', 'id_hash'), ...text('user_id', 'created_at', 'last_seen_at', 'expires_at')],
    indices: [index('ix_user_session_user', 'user_id'), index('ix_user_session_expiry', 'expires_at')],
    foreignKeys: [reference('fk_user_session_user', 'user_id', 'user_account', 'id', 'CASCADE')],
  },
  {
    name: 'api_token',
    columns: [
      ...key('pk_api_token', 'id'),
      ...text('workspace_id', 'user_id', 'name', 'token_hash', 'hint', 'scopes'),
      ...optionalText('virtual_server'),
      ...text('created_at'),
      ...optionalText('expires_at', 'last_used_at', 'revoked_at'),
    ],
    uniques: [unique('uq_api_token_hash', 'token_hash')],
    indices: [index('ix_api_token_workspace', 'workspace_id'), index('ix_api_token_user', 'user_id')],
    foreignKeys: [
      reference('fk_api_token_workspace', 'workspace_id', 'workspace', 'id'),
      reference('fk_api_token_user', 'user_id', 'user_account', 'id', 'CASCADE'),
    ],
  },
  {
    name: 'one_time_link',
    columns: [...key('pk_one_time_link', 'token_hash'), ...text('purpose', 'expires_at'), ...optionalText('used_at')],
  },
]

export class CreateIdentity1795219200001 implements MigrationInterface {
  readonly name = 'CreateIdentity1795219200001'

  up(runner: QueryRunner): Promise<void> {
    return createTables(runner, tables)
  }

  down(runner: QueryRunner): Promise<void> {
    return dropTables(runner, tables)
  }
}
