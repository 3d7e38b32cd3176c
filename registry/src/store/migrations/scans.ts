import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm'
import { long } from './columns.ts'

const TABLE = 'registry_release'

/** What the static checks found in a release. Empty for those that were admitted before there were any. */
export class CreateScans1795219320000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn(TABLE, new TableColumn({ ...long('scan'), isNullable: true }))
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn(TABLE, 'scan')
  }
}
