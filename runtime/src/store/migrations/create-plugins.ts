import type { MigrationInterface, QueryRunner, TableOptions } from 'typeorm'
import { createTables, dropTables, index, key, optionalText, reference, text, unique } from './columns.ts'

const tables: readonly TableOptions[] = [
  {
    name: 'installation',
    columns: [
      ...key('pk_installation', 'id'),
      ...text('workspace_id', 'plugin_id', 'version', 'bundle_digest', 'manifest', 'config', 'grants', 'profile'),
      { name: 'enabled', type: 'boolean' },
      ...text('label'),
      ...optionalText('quarantine'),
      ...text('installed_by', 'created_at', 'updated_at'),
    ],
    uniques: [unique('uq_installation_label', 'workspace_id', 'label')],
    foreignKeys: [reference('fk_installation_workspace', 'workspace_id', 'workspace', 'id')],
  },
  {
    name: 'secret',
    columns: [
      ...key('pk_secret', 'workspace_id', 'name'),
      { name: 'version', type: 'integer' },
      ...text('sealed', 'created_at', 'updated_at'),
    ],
    foreignKeys: [reference('fk_secret_workspace', 'workspace_id', 'workspace', 'id')],
  },
  {
    name: 'data_key',
    columns: [...key('pk_data_key', 'workspace_id'), ...text('wrapped', 'key_id')],
    foreignKeys: [reference('fk_data_key_workspace', 'workspace_id', 'workspace', 'id')],
  },
  {
    name: 'virtual_server',
    columns: [
      ...key('pk_virtual_server', 'id'),
      ...text('workspace_id', 'name', 'title', 'description', 'prefix_mode', 'tools', 'created_at', 'updated_at'),
    ],
    uniques: [unique('uq_virtual_server_name', 'name')],
    indices: [index('ix_virtual_server_workspace', 'workspace_id')],
    foreignKeys: [reference('fk_virtual_server_workspace', 'workspace_id', 'workspace', 'id')],
  },
  {
    name: 'policy_rule',
    columns: [
      ...key('pk_policy_rule', 'id'),
      ...text('workspace_id', 'role', 'plugin', 'tool', 'effect', 'created_at'),
    ],
    indices: [index('ix_policy_rule_workspace', 'workspace_id')],
    foreignKeys: [reference('fk_policy_rule_workspace', 'workspace_id', 'workspace', 'id')],
  },
  {
    name: 'exposed_name',
    columns: [...key('pk_exposed_name', 'workspace_id', 'kind', 'scope', 'exposed'), ...text('label', 'original')],
    indices: [index('ix_exposed_name_label', 'workspace_id', 'label')],
    foreignKeys: [reference('fk_exposed_name_workspace', 'workspace_id', 'workspace', 'id')],
  },
  {
    name: 'storage_usage',
    columns: [
      ...key('pk_storage_usage', 'installation_id'),
      ...text('workspace_id'),
      { name: 'bytes', type: 'bigint' },
    ],
    foreignKeys: [
      reference('fk_storage_usage_workspace', 'workspace_id', 'workspace', 'id'),
      reference('fk_storage_usage_installation', 'installation_id', 'installation', 'id', 'CASCADE'),
    ],
  },
  {
    name: 'storage_entry',
    columns: [
      ...key('pk_storage_entry', 'installation_id', 'key'),
      ...text('workspace_id', 'value'),
      { name: 'bytes', type: 'integer' },
    ],
    foreignKeys: [
      reference('fk_storage_entry_usage', 'installation_id', 'storage_usage', 'installation_id', 'CASCADE'),
    ],
  },
]

export class CreatePlugins1795219200002 implements MigrationInterface {
  readonly name = 'CreatePlugins1795219200002'

  up(runner: QueryRunner): Promise<void> {
    return createTables(runner, tables)
  }

  down(runner: QueryRunner): Promise<void> {
    return dropTables(runner, tables)
  }
}
