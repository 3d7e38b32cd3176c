import { type MigrationInterface, type QueryRunner, Table, type TableOptions } from 'typeorm'
import { count, key, text, time } from './columns.ts'

const tables: readonly TableOptions[] = [
  {
    name: 'registry_active_installation',
    columns: [key('pluginId', 110), key('version', 64), key('day', 10), count('count')],
  },
  { name: 'registry_statistic_reporter', columns: [key('day', 10), key('reporter', 64)] },
  { name: 'registry_statistic_salt', columns: [key('day', 10), text('salt', 64), time('createdAt')] },
]

/** Installations by day, counted without keeping who counted them. */
export class CreateStatistics1795219280000 implements MigrationInterface {
  readonly name = 'CreateStatistics1795219280000'

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.createTable(new Table(table))
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of tables.toReversed()) await runner.dropTable(name)
  }
}
