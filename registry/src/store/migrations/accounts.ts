import { type MigrationInterface, type QueryRunner, Table, type TableOptions } from 'typeorm'
import { belongsTo, count, key, long, optionalTime, text, time } from './columns.ts'

const optional = (name: string, length: number) => ({ ...text(name, length), isNullable: true })

const tables: readonly TableOptions[] = [
  {
    name: 'registry_account',
    columns: [
      key('id', 36),
      text('name', 64),
      text('email', 254),
      text('passwordHash', 200),
      long('profile'),
      text('secondFactor', 20),
      optional('totpSecret', 300),
      optional('totpPending', 300),
      time('createdAt'),
      optionalTime('disabledAt'),
    ],
    indices: [{ name: 'registry_account_name', columnNames: ['name'], isUnique: true }],
  },
  {
    name: 'registry_recovery_code',
    columns: [key('codeHash', 64), text('accountId', 36), optionalTime('usedAt')],
    foreignKeys: belongsTo('registry_account', 'accountId'),
    indices: [{ name: 'registry_recovery_code_account', columnNames: ['accountId'] }],
  },
  {
    name: 'registry_used_code',
    columns: [
      key('accountId', 36),
      { ...count('step'), isPrimary: true },
      text('usedBy', 64),
      text('address', 45),
      time('usedAt'),
    ],
    foreignKeys: belongsTo('registry_account', 'accountId'),
  },
  {
    name: 'registry_web_login',
    columns: [
      key('id', 64),
      text('doneHash', 64),
      text('comparison', 12),
      text('userAgent', 200),
      text('address', 45),
      optional('accountId', 36),
      text('state', 10),
      time('createdAt'),
      time('expiresAt'),
    ],
    foreignKeys: belongsTo('registry_account', 'accountId'),
    indices: [{ name: 'registry_web_login_done', columnNames: ['doneHash'], isUnique: true }],
  },
  {
    name: 'registry_invite',
    columns: [
      key('id', 36),
      text('codeHash', 64),
      text('note', 200),
      text('createdBy', 64),
      time('createdAt'),
      time('expiresAt'),
      optional('usedBy', 36),
    ],
    indices: [{ name: 'registry_invite_code', columnNames: ['codeHash'], isUnique: true }],
  },
  {
    name: 'registry_member',
    columns: [key('publisherId', 40), key('accountId', 36), text('role', 20), time('createdAt')],
    foreignKeys: [...belongsTo('registry_publisher', 'publisherId'), ...belongsTo('registry_account', 'accountId')],
    indices: [{ name: 'registry_member_account', columnNames: ['accountId'] }],
  },
  {
    name: 'registry_package_member',
    columns: [key('packageName', 214), key('accountId', 36), text('role', 20), time('createdAt')],
    foreignKeys: belongsTo('registry_account', 'accountId'),
    indices: [{ name: 'registry_package_member_account', columnNames: ['accountId'] }],
  },
  {
    name: 'registry_access_token',
    columns: [
      key('id', 36),
      optional('accountId', 36),
      optional('publisherId', 40),
      optional('trustId', 36),
      text('name', 80),
      text('tokenHash', 64),
      text('hint', 12),
      long('scopes'),
      long('cidrs'),
      long('packages'),
      { name: 'automation', type: 'boolean' },
      time('createdAt'),
      time('expiresAt'),
      optionalTime('lastUsedAt'),
      optionalTime('revokedAt'),
    ],
    foreignKeys: [...belongsTo('registry_account', 'accountId'), ...belongsTo('registry_publisher', 'publisherId')],
    indices: [
      { name: 'registry_access_token_hash', columnNames: ['tokenHash'], isUnique: true },
      { name: 'registry_access_token_account', columnNames: ['accountId'] },
      { name: 'registry_access_token_publisher', columnNames: ['publisherId'] },
    ],
  },
]

/** Accounts, their memberships, and one table for every kind of token. Tokens of publishers move there. */
export class CreateAccounts1795219210000 implements MigrationInterface {
  readonly name = 'CreateAccounts1795219210000'

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.createTable(new Table(table))
    await runner.query(
      `INSERT INTO "registry_access_token" ("id", "publisherId", "name", "tokenHash", "hint", "scopes", "cidrs", "packages", "automation", "createdAt", "expiresAt", "revokedAt")
       SELECT "id", "publisherId", "name", "tokenHash", 'nxr_', "scopes", '[]', '[]', TRUE, "createdAt", "expiresAt", "revokedAt" FROM "registry_token"`,
    )
    await runner.dropTable('registry_token')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
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
      }),
    )
    await runner.query(
      `INSERT INTO "registry_token" ("id", "publisherId", "name", "tokenHash", "scopes", "createdAt", "expiresAt", "revokedAt")
       SELECT "id", "publisherId", "name", "tokenHash", "scopes", "createdAt", "expiresAt", "revokedAt" FROM "registry_access_token" WHERE "publisherId" IS NOT NULL`,
    )
    for (const { name } of tables.toReversed()) if (name !== undefined) await runner.dropTable(name)
  }
}
