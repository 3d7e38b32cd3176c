import { type MigrationInterface, type QueryRunner, Table, type TableOptions } from 'typeorm'
import { belongsTo, count, key, long, optionalTime, text, time } from './columns.ts'

const optional = (name: string, length: number) => ({ ...text(name, length), isNullable: true })

const tables: readonly TableOptions[] = [
  {
    name: 'registry_webhook',
    columns: [
      key('id', 36),
      text('publisherId', 40),
      text('url', 500),
      long('events'),
      text('secret', 200),
      time('createdAt'),
      optionalTime('failingSince'),
      optionalTime('disabledAt'),
      optional('disabledReason', 200),
    ],
    foreignKeys: belongsTo('registry_publisher', 'publisherId'),
    indices: [{ name: 'registry_webhook_publisher', columnNames: ['publisherId'] }],
  },
  {
    name: 'registry_webhook_delivery',
    columns: [
      key('id', 40),
      text('webhookId', 36),
      text('event', 40),
      long('payload'),
      time('createdAt'),
      text('state', 10),
      count('attempts'),
      optionalTime('nextAttemptAt'),
      optionalTime('deliveredAt'),
      optional('lastAnswer', 200),
    ],
    foreignKeys: belongsTo('registry_webhook', 'webhookId'),
    indices: [
      { name: 'registry_webhook_delivery_due', columnNames: ['state', 'nextAttemptAt'] },
      { name: 'registry_webhook_delivery_history', columnNames: ['webhookId', 'createdAt'] },
    ],
  },
  { name: 'registry_log_follower', columns: [key('name', 40), count('position')] },
]

/** Webhooks of publishers and what was sent to them. */
export class CreateWebhooks1795219290000 implements MigrationInterface {
  readonly name = 'CreateWebhooks1795219290000'

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.createTable(new Table(table))
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of tables.toReversed()) await runner.dropTable(name)
  }
}
