import type { MigrationInterface, QueryRunner, TableOptions } from 'typeorm'
import { createTables, dropTables, index, key, text } from './columns.ts'

const tables: readonly TableOptions[] = [
  {
    name: 'cached_result',
    columns: [
      ...key('pk_cached_result', 'id'),
      ...text('workspace_id', 'installation_id', 'upstream_id', 'kind', 'name', 'value', 'stored_at', 'expires_at'),
      { name: 'bytes', type: 'bigint' },
    ],
    indices: [
      index('ix_cached_result_upstream', 'upstream_id', 'kind', 'name'),
      index('ix_cached_result_expires_at', 'expires_at'),
    ],
  },
  {
    name: 'tool_cache',
    columns: [
      ...key('pk_tool_cache', 'installation_id', 'tool'),
      ...text('workspace_id', 'scope', 'updated_at', 'updated_by'),
      { name: 'ttl_ms', type: 'bigint' },
      { name: 'forced', type: 'boolean' },
    ],
    indices: [index('ix_tool_cache_workspace', 'workspace_id')],
  },
]

export class CreateResultCache1795219200068 implements MigrationInterface {
  readonly name = 'CreateResultCache1795219200068'

  up(runner: QueryRunner): Promise<void> {
    return createTables(runner, tables)
  }

  down(runner: QueryRunner): Promise<void> {
    return dropTables(runner, tables)
  }
}
