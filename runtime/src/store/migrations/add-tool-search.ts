import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Whether clients of a virtual server search its tools. */
export class AddToolSearch1795219200090 implements MigrationInterface {
  readonly name = 'AddToolSearch1795219200090'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "virtual_server" ADD COLUMN "tool_search" text NOT NULL DEFAULT '{"mode":"auto"}'`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "virtual_server" DROP COLUMN "tool_search"`)
  }
}
