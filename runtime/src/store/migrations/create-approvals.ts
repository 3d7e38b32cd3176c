import type { MigrationInterface, QueryRunner, TableOptions } from 'typeorm'
import { createTables, dropTables, index, key, optionalText, reference, text, unique } from './columns.ts'

const tables: readonly TableOptions[] = [
  {
    name: 'approval',
    columns: [
      ...key('pk_approval', 'id'),
      ...text('workspace_id', 'state', 'binding'),
      ...optionalText('open_key'),
      ...text('principal_id'),
      ...optionalText('user_id'),
      ...text('subject', 'terms', 'reason', 'request_id', 'created_at', 'expires_at'),
      ...optionalText('decided_at', 'decided_by', 'decided_by_name', 'note'),
      { name: 'rounds', type: 'bigint' },
    ],
    uniques: [unique('uq_approval_open_key', 'open_key')],
    indices: [index('ix_approval_workspace', 'workspace_id', 'state'), index('ix_approval_expires_at', 'expires_at')],
    foreignKeys: [reference('fk_approval_workspace', 'workspace_id', 'workspace', 'id')],
  },
]

/** Rules may ask instead of allow or deny, and may be about resources and prompts. */
export class CreateApprovals1795219200064 implements MigrationInterface {
  readonly name = 'CreateApprovals1795219200064'

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables)
    await runner.query(`ALTER TABLE "policy_rule" ADD COLUMN "kind" text NOT NULL DEFAULT 'tool'`)
    await runner.query(`ALTER TABLE "policy_rule" ADD COLUMN "approval" text`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "policy_rule" DROP COLUMN "approval"`)
    await runner.query(`ALTER TABLE "policy_rule" DROP COLUMN "kind"`)
    await dropTables(runner, tables)
  }
}
