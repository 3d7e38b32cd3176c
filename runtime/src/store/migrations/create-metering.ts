import type { MigrationInterface, QueryRunner, TableOptions } from 'typeorm'
import { createTables, dropTables, index, key, reference, text } from './columns.ts'

const bigNumbers = (...names: readonly string[]) => names.map((name) => ({ name, type: 'bigint' }))

const tables: readonly TableOptions[] = [
  {
    name: 'installation_bounds',
    columns: [
      ...key('pk_installation_bounds', 'installation_id'),
      ...text('workspace_id', 'limits', 'budgets', 'withheld', 'measured_since', 'updated_at'),
    ],
    foreignKeys: [
      reference('fk_installation_bounds_workspace', 'workspace_id', 'workspace', 'id'),
      reference('fk_installation_bounds_installation', 'installation_id', 'installation', 'id', 'CASCADE'),
    ],
  },
  {
    name: 'usage_bucket',
    columns: [
      ...key('pk_usage_bucket', 'installation_id', 'resolution', 'started_at'),
      ...text('workspace_id'),
      ...bigNumbers('calls', 'errors', 'cpu_microseconds', 'wall_microseconds', 'capability_calls', 'denials'),
      ...bigNumbers('bytes_in', 'bytes_out', 'egress_bytes', 'log_bytes', 'cold_starts', 'breaches'),
      ...bigNumbers('peak_heap_bytes', 'storage_bytes', 'file_bytes'),
    ],
    indices: [
      index('ix_usage_bucket_age', 'resolution', 'started_at'),
      index('ix_usage_bucket_workspace', 'workspace_id', 'resolution', 'started_at'),
    ],
  },
  {
    name: 'limit_breach',
    columns: [
      ...key('pk_limit_breach', 'installation_id', 'day', 'code', 'limit_name'),
      ...text('workspace_id'),
      ...bigNumbers('count', 'value'),
      ...text('last_at'),
    ],
    indices: [index('ix_limit_breach_day', 'day')],
  },
  {
    name: 'permission_use',
    columns: [
      ...key('pk_permission_use', 'installation_id', 'family', 'verb', 'name'),
      ...text('workspace_id'),
      ...bigNumbers('uses'),
      ...text('last_used_at'),
    ],
  },
]

export class CreateMetering1795219200020 implements MigrationInterface {
  readonly name = 'CreateMetering1795219200020'

  up(runner: QueryRunner): Promise<void> {
    return createTables(runner, tables)
  }

  down(runner: QueryRunner): Promise<void> {
    return dropTables(runner, tables)
  }
}
