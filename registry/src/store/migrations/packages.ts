import { type MigrationInterface, type QueryRunner, Table, TableColumn, type TableOptions } from 'typeorm'
import { belongsTo, count, key, long, optionalTime, text, time } from './columns.ts'

const optional = (name: string, length: number) => ({ ...text(name, length), isNullable: true })
const optionalLong = (name: string) => ({ ...long(name), isNullable: true })
const flag = (name: string) => ({ name, type: 'boolean' })
const ofPackage = belongsTo('registry_package', 'packageName', 'name')

const tables: readonly TableOptions[] = [
  {
    name: 'registry_package',
    columns: [
      key('name', 214),
      optional('publisherId', 40),
      text('access', 10),
      count('revision'),
      flag('requireSecondFactor'),
      time('createdAt'),
      time('modifiedAt'),
    ],
    indices: [{ name: 'registry_package_publisher', columnNames: ['publisherId'] }],
  },
  {
    name: 'registry_package_version',
    columns: [
      key('packageName', 214),
      key('version', 256),
      text('bundleDigest', 135),
      text('shasum', 40),
      count('size'),
      count('fileCount'),
      count('unpackedSize'),
      long('manifest'),
      long('readme'),
      long('distSignatures'),
      optionalLong('attestations'),
      time('publishedAt'),
      text('publishedBy', 80),
      optionalLong('deprecated'),
      optionalTime('unpublishedAt'),
    ],
    foreignKeys: ofPackage,
    indices: [{ name: 'registry_package_version_digest', columnNames: ['bundleDigest'] }],
  },
  {
    name: 'registry_dist_tag',
    columns: [key('packageName', 214), key('tag', 100), text('version', 256), time('movedAt')],
    foreignKeys: ofPackage,
  },
  {
    name: 'registry_staged_version',
    columns: [
      key('id', 36),
      text('packageName', 214),
      text('version', 256),
      text('bundleDigest', 135),
      count('size'),
      text('tag', 100),
      optional('access', 10),
      text('reason', 500),
      flag('held'),
      optionalLong('signature'),
      optionalLong('attestations'),
      time('stagedAt'),
      text('stagedBy', 80),
      long('author'),
    ],
    indices: [
      { name: 'registry_staged_version_package', columnNames: ['packageName'] },
      { name: 'registry_staged_version_digest', columnNames: ['bundleDigest'] },
    ],
  },
  {
    name: 'registry_star',
    columns: [key('packageName', 214), key('accountName', 64)],
    foreignKeys: ofPackage,
    indices: [{ name: 'registry_star_account', columnNames: ['accountName'] }],
  },
]

const releaseColumns = [optionalLong('yankReason'), optionalTime('revokedAt'), optionalLong('revokeReason')]

/** Releases become versions of npm packages; dist-tags are their channels. */
export class CreatePackages1795219220000 implements MigrationInterface {
  readonly name = 'CreatePackages1795219220000'

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.createTable(new Table(table))
    await runner.addColumns(
      'registry_release',
      releaseColumns.map((column) => new TableColumn(column)),
    )
    await runner.query(
      `INSERT INTO "registry_package" ("name", "publisherId", "access", "revision", "requireSecondFactor", "createdAt", "modifiedAt")
       SELECT '@' || p."id", p."publisherId", 'public', 1, FALSE,
         (SELECT MIN(r."publishedAt") FROM "registry_release" r WHERE r."pluginId" = p."id"), p."updatedAt"
       FROM "registry_plugin" p`,
    )
    // The rest of each row is in its bundle: `completeVersions` reads it when the store opens.
    await runner.query(
      `INSERT INTO "registry_package_version" ("packageName", "version", "bundleDigest", "shasum", "size", "fileCount", "unpackedSize", "manifest", "readme", "distSignatures", "publishedAt", "publishedBy")
       SELECT '@' || "pluginId", "version", "bundleDigest", '', "size", 0, 0, '{}', '', '[]', "publishedAt", "publishedBy" FROM "registry_release"`,
    )
    await runner.query(
      `INSERT INTO "registry_dist_tag" ("packageName", "tag", "version", "movedAt")
       SELECT '@' || "id", 'latest', "latestVersion", "updatedAt" FROM "registry_plugin"`,
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumns(
      'registry_release',
      releaseColumns.map(({ name }) => name),
    )
    for (const { name } of tables.toReversed()) if (name !== undefined) await runner.dropTable(name)
  }
}
