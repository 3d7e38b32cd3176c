import { type MigrationInterface, type QueryRunner, Table, type TableOptions } from 'typeorm'
import { belongsTo, count, key, long, optionalTime, text, time } from './columns.ts'

const optional = (name: string, length: number) => ({ ...text(name, length), isNullable: true })
const optionalLong = (name: string) => ({ ...long(name), isNullable: true })

const review: TableOptions = {
  name: 'registry_review',
  columns: [
    key('id', 36),
    text('pluginId', 110),
    text('person', 43),
    text('hostId', 64),
    text('version', 64),
    count('rating'),
    optional('title', 100),
    optionalLong('text'),
    optional('author', 60),
    time('createdAt'),
    time('updatedAt'),
    time('signedAt'),
    optionalTime('removedAt'),
    optionalTime('hiddenAt'),
    optional('hiddenReason', 500),
    optionalLong('appealText'),
    optionalTime('appealedAt'),
    optional('appealAnswer', 500),
    optionalLong('replyText'),
    optionalTime('repliedAt'),
    count('helpful'),
  ],
  foreignKeys: belongsTo('registry_host', 'hostId'),
  indices: [
    { name: 'registry_review_person', columnNames: ['pluginId', 'person'], isUnique: true },
    { name: 'registry_review_appeal', columnNames: ['appealedAt'] },
  ],
}

const tables: readonly TableOptions[] = [
  {
    name: 'registry_host',
    columns: [
      key('id', 64),
      long('publicKey'),
      time('registeredAt'),
      optionalTime('blockedAt'),
      optional('blockReason', 500),
    ],
  },
  review,
  {
    name: 'registry_review_vote',
    columns: [key('reviewId', 36), key('person', 43), text('pluginId', 110), count('helpful'), time('signedAt')],
    foreignKeys: belongsTo('registry_review', 'reviewId'),
    indices: [{ name: 'registry_review_vote_person', columnNames: ['pluginId', 'person'] }],
  },
  {
    name: 'registry_report',
    columns: [
      key('id', 36),
      text('pluginId', 110),
      optional('reviewId', 36),
      text('person', 43),
      text('hostId', 64),
      text('reason', 20),
      optionalLong('text'),
      time('createdAt'),
      optional('outcome', 10),
      optionalTime('decidedAt'),
    ],
    foreignKeys: belongsTo('registry_host', 'hostId'),
    indices: [
      { name: 'registry_report_plugin', columnNames: ['pluginId', 'person'] },
      { name: 'registry_report_waiting', columnNames: ['outcome', 'createdAt'] },
    ],
  },
  {
    name: 'registry_moderation',
    columns: [
      key('id', 36),
      text('pluginId', 110),
      optional('reviewId', 36),
      text('action', 20),
      text('reason', 500),
      text('actor', 80),
      time('at'),
    ],
    indices: [{ name: 'registry_moderation_target', columnNames: ['pluginId', 'reviewId'] }],
  },
]

/** Hosts that vouch for installations, and what people say about plugins. */
export class CreateReviews1795219270000 implements MigrationInterface {
  readonly name = 'CreateReviews1795219270000'

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.createTable(new Table(table))
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of tables.toReversed()) await runner.dropTable(name)
  }
}
