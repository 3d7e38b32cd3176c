import { type MigrationInterface, type QueryRunner, Table, type TableOptions } from 'typeorm'
import { count, long, text, time } from './columns.ts'

const tables: readonly TableOptions[] = [
  {
    name: 'registry_log_entry',
    columns: [
      { ...count('leafIndex'), isPrimary: true },
      text('kind', 40),
      text('subject', 180),
      time('time'),
      long('statement'),
      long('body'),
      count('integratedTime'),
      text('signedEntryTimestamp', 200),
      long('nodes'),
      long('checkpoint'),
    ],
    indices: [{ name: 'registry_log_entry_subject', columnNames: ['subject', 'kind'] }],
  },
  {
    name: 'registry_log_head',
    columns: [{ ...count('id'), isPrimary: true }, count('size'), long('frontier')],
  },
]

/** The transparency log: its leaves, and the one row that says how long it is. */
export class CreateLog1795219240000 implements MigrationInterface {
  readonly name = 'CreateLog1795219240000'

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.createTable(new Table(table))
    await runner.manager
      .createQueryBuilder()
      .insert()
      .into('registry_log_head')
      .values({ id: 1, size: 0, frontier: '' })
      .execute()
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of tables.toReversed()) await runner.dropTable(name)
  }
}
