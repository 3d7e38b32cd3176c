import { type MigrationInterface, type QueryRunner, Table } from 'typeorm'
import { belongsTo, key, time } from './columns.ts'

/** Releases that hosts take step by step. */
export class CreateRollouts1795219330000 implements MigrationInterface {
  readonly name = 'CreateRollouts1795219330000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'registry_rollout',
        columns: [key('pluginId', 110), key('version', 64), { name: 'percent', type: 'integer' }, time('changedAt')],
        foreignKeys: belongsTo('registry_plugin', 'pluginId'),
      }),
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('registry_rollout')
  }
}
