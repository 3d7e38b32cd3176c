import { type MigrationInterface, type QueryRunner, Table, type TableOptions } from 'typeorm'
import { count, key, long, optionalTime, text } from './columns.ts'

const tables: readonly TableOptions[] = [
  {
    name: 'registry_tuf_file',
    columns: [
      key('name', 64),
      { ...count('version'), isPrimary: true },
      long('content'),
      optionalTime('expires'),
      { ...text('keyId', 64), isNullable: true },
      optionalTime('replacedAt'),
    ],
    indices: [{ name: 'registry_tuf_file_replaced', columnNames: ['replacedAt', 'name'] }],
  },
  { name: 'registry_tuf_state', columns: [{ ...count('id'), isPrimary: true }, count('logSize')] },
]

/** TUF metadata: what the log says, in the form that update clients verify. */
export class CreateTuf1795219250000 implements MigrationInterface {
  readonly name = 'CreateTuf1795219250000'

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.createTable(new Table(table))
    await runner.manager
      .createQueryBuilder()
      .insert()
      .into('registry_tuf_state')
      .values({ id: 1, logSize: 0 })
      .execute()
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of tables.toReversed()) await runner.dropTable(name)
  }
}
