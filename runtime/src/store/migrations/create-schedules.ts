import type { MigrationInterface, QueryRunner, TableOptions } from 'typeorm'
import { createTables, dropTables, key, optionalText, reference, text } from './columns.ts'

const tables: readonly TableOptions[] = [
  {
    name: 'schedule_run',
    columns: [
      ...key('pk_schedule_run', 'installation_id', 'name'),
      ...text('workspace_id', 'slot'),
      ...optionalText('lease_until'),
      ...text('started_at'),
      ...optionalText('finished_at', 'outcome', 'code'),
      { name: 'runs', type: 'bigint' },
      { name: 'failures', type: 'bigint' },
    ],
    foreignKeys: [
      reference('fk_schedule_run_workspace', 'workspace_id', 'workspace', 'id'),
      reference('fk_schedule_run_installation', 'installation_id', 'installation', 'id', 'CASCADE'),
    ],
  },
]

/** Schedules are a family of permissions: grants that were given before hold none. */
export class CreateSchedules1795219200040 implements MigrationInterface {
  readonly name = 'CreateSchedules1795219200040'

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables)
    await runner.query(
      runner.dataSource.options.type === 'postgres'
        ? `UPDATE installation SET grants = (grants::jsonb || '{"schedules":[]}'::jsonb)::text
           WHERE NOT jsonb_exists(grants::jsonb, 'schedules')`
        : `UPDATE installation SET grants = json_set(grants, '$.schedules', json('[]'))
           WHERE json_type(grants, '$.schedules') IS NULL`,
    )
  }

  down(runner: QueryRunner): Promise<void> {
    return dropTables(runner, tables)
  }
}
