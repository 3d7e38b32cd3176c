import { type MigrationInterface, type QueryRunner, Table, type TableOptions } from 'typeorm'
import { belongsTo, key, long, optionalTime, text, time } from './columns.ts'

const ofPublisher = belongsTo('registry_publisher', 'publisherId')

const tables: readonly TableOptions[] = [
  {
    name: 'registry_publisher_policy',
    columns: [key('publisherId', 40), text('secondFactor', 20)],
    foreignKeys: ofPublisher,
  },
  {
    name: 'registry_namespace_proof',
    columns: [
      key('publisherId', 40),
      text('domain', 253),
      text('challenge', 64),
      { ...text('method', 20), isNullable: true },
      time('createdAt'),
      optionalTime('provenAt'),
      optionalTime('checkedAt'),
      optionalTime('failingSince'),
    ],
    foreignKeys: ofPublisher,
  },
  {
    name: 'registry_reserved_name',
    columns: [key('name', 214), text('reason', 200), time('createdAt')],
  },
  {
    name: 'registry_trust',
    columns: [
      key('id', 36),
      text('packageName', 214),
      text('kind', 20),
      text('issuer', 300),
      long('claims'),
      long('permissions'),
      text('createdBy', 80),
      time('createdAt'),
    ],
    indices: [{ name: 'registry_trust_package', columnNames: ['packageName'] }],
  },
  { name: 'registry_used_identity', columns: [key('id', 64), time('expiresAt')] },
]

/** Namespaces: what they ask of their members, whose they are, whom their packages trust. */
export class CreateNamespaces1795219215000 implements MigrationInterface {
  readonly name = 'CreateNamespaces1795219215000'

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.createTable(new Table(table))
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of tables.toReversed()) if (name !== undefined) await runner.dropTable(name)
  }
}
