import { type MigrationInterface, type QueryRunner, Table, type TableOptions } from 'typeorm'
import { belongsTo, count, key, long, optionalTime, text, time } from './columns.ts'

const tables: readonly TableOptions[] = [
  { name: 'registry_publisher', columns: [key('id', 40), text('displayName', 80), time('createdAt')] },
  {
    name: 'registry_key',
    columns: [
      key('keyId', 64),
      text('publisherId', 40),
      long('publicKey'),
      time('validFrom'),
      optionalTime('validUntil'),
      optionalTime('revokedAt'),
    ],
    foreignKeys: belongsTo('registry_publisher', 'publisherId'),
    indices: [{ name: 'registry_key_publisher', columnNames: ['publisherId'] }],
  },
  {
    name: 'registry_token',
    columns: [
      key('id', 36),
      text('publisherId', 40),
      text('name', 80),
      text('tokenHash', 64),
      long('scopes'),
      time('createdAt'),
      time('expiresAt'),
      optionalTime('revokedAt'),
    ],
    foreignKeys: belongsTo('registry_publisher', 'publisherId'),
    indices: [{ name: 'registry_token_hash', columnNames: ['tokenHash'], isUnique: true }],
  },
  {
    name: 'registry_plugin',
    columns: [
      key('id', 110),
      text('publisherId', 40),
      text('latestVersion', 64),
      text('kind', 20),
      text('displayName', 60),
      long('searchText'),
      time('updatedAt'),
      count('downloads'),
    ],
    foreignKeys: belongsTo('registry_publisher', 'publisherId'),
    indices: [{ name: 'registry_plugin_updated', columnNames: ['updatedAt', 'id'] }],
  },
  {
    name: 'registry_release',
    columns: [
      key('pluginId', 110),
      key('version', 64),
      text('bundleDigest', 135),
      count('size'),
      long('manifest'),
      text('manifestDigest', 71),
      text('toolsDigest', 71),
      long('readmeHtml'),
      long('changelogHtml'),
      long('publishSignature'),
      long('admissionSignature'),
      text('publishedBy', 36),
      time('publishedAt'),
      optionalTime('yankedAt'),
    ],
    foreignKeys: belongsTo('registry_plugin', 'pluginId'),
    indices: [{ name: 'registry_release_digest', columnNames: ['bundleDigest'], isUnique: true }],
  },
  {
    name: 'registry_download',
    columns: [key('pluginId', 110), key('day', 10), count('count')],
    foreignKeys: belongsTo('registry_plugin', 'pluginId'),
  },
]

/** The first shape of the registry's database. */
export class CreateRegistry1795219200000 implements MigrationInterface {
  readonly name = 'CreateRegistry1795219200000'

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.createTable(new Table(table))
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of tables.toReversed()) await runner.dropTable(name)
  }
}
