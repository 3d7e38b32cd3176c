import { type MigrationInterface, type QueryRunner, Table } from 'typeorm'
import { count, key, long, text, time } from './columns.ts'

/** Plain entries of the MCP Registry. */
export class CreateServers1795219300000 implements MigrationInterface {
  readonly name = 'CreateServers1795219300000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'registry_server',
        columns: [
          key('name', 200),
          key('version', 255),
          { ...text('publisherId', 40), isNullable: true },
          long('document'),
          count('isLatest'),
          text('status', 10),
          { ...text('statusMessage', 500), isNullable: true },
          time('statusChangedAt'),
          time('publishedAt'),
          time('updatedAt'),
        ],
      }),
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('registry_server')
  }
}
