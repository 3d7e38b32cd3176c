import type { MigrationInterface, QueryRunner } from 'typeorm'

const LISTS = ['prompts', 'resources', 'resource_templates', 'include_filters', 'exclude_filters', 'rules']
const OBJECTS = ['access', 'rate']

/** What a virtual server picks besides tools, who may use it and how often, and the number of its last change. */
export class AddServerDefinitions1795219200060 implements MigrationInterface {
  readonly name = 'AddServerDefinitions1795219200060'

  async up(runner: QueryRunner): Promise<void> {
    for (const column of LISTS) await add(runner, column, `text NOT NULL DEFAULT '[]'`)
    for (const column of OBJECTS) await add(runner, column, `text NOT NULL DEFAULT '{}'`)
    await add(runner, 'revision', 'bigint NOT NULL DEFAULT 1')
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of ['revision', ...OBJECTS, ...LISTS])
      await runner.query(`ALTER TABLE "virtual_server" DROP COLUMN "${column}"`)
  }
}

/** Names and types come from the lists above, from nowhere else. */
async function add(runner: QueryRunner, column: string, type: string): Promise<void> {
  await runner.query(`ALTER TABLE "virtual_server" ADD COLUMN "${column}" ${type}`)
}
