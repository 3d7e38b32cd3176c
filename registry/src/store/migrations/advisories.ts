import { type MigrationInterface, type QueryRunner, Table } from 'typeorm'
import { count, key, long, optionalTime, text, time } from './columns.ts'

const optional = (name: string, length: number) => ({ ...text(name, length), isNullable: true })

/** Advisories about versions of packages. */
export class CreateAdvisories1795219260000 implements MigrationInterface {
  readonly name = 'CreateAdvisories1795219260000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'registry_advisory',
        columns: [
          key('id', 24),
          count('number'),
          text('packageName', 214),
          text('range', 200),
          text('severity', 10),
          text('title', 200),
          long('text'),
          optional('fixedVersion', 64),
          long('aliases'),
          long('cwe'),
          optional('cvss', 200),
          long('links'),
          time('publishedAt'),
          text('publishedBy', 80),
          time('updatedAt'),
          optionalTime('withdrawnAt'),
          optional('withdrawReason', 500),
        ],
        indices: [
          { name: 'registry_advisory_number', columnNames: ['number'], isUnique: true },
          { name: 'registry_advisory_package', columnNames: ['packageName'] },
          { name: 'registry_advisory_updated', columnNames: ['updatedAt', 'number'] },
        ],
      }),
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('registry_advisory')
  }
}
