import type { MigrationInterface, QueryRunner } from 'typeorm'

// Written out: typeorm adds a column on SQLite by copying the table, and dropping the old one would cascade to its rows.

/** Each value gets the number of the write that made it, so that a compare-and-set knows whether it is still the same. */
export class AddStorageVersions1795219200030 implements MigrationInterface {
  readonly name = 'AddStorageVersions1795219200030'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "storage_usage" ADD COLUMN "writes" bigint NOT NULL DEFAULT 0`)
    await runner.query(`ALTER TABLE "storage_entry" ADD COLUMN "version" bigint NOT NULL DEFAULT 0`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "storage_entry" DROP COLUMN "version"`)
    await runner.query(`ALTER TABLE "storage_usage" DROP COLUMN "writes"`)
  }
}
