import { type MigrationInterface, type QueryRunner, Table } from 'typeorm'
import { belongsTo, key, optionalTime, text, time } from './columns.ts'

/** Identities that sign for publishers. */
export class CreateIdentities1795219310000 implements MigrationInterface {
  readonly name = 'CreateIdentities1795219310000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'registry_identity',
        columns: [
          key('publisherId', 40),
          key('fingerprint', 64),
          text('issuer', 300),
          text('subject', 500),
          time('validFrom'),
          optionalTime('validUntil'),
          optionalTime('revokedAt'),
        ],
        foreignKeys: belongsTo('registry_publisher', 'publisherId'),
      }),
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('registry_identity')
  }
}
