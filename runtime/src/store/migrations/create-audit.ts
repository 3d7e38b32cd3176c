import type { MigrationInterface, QueryRunner, TableOptions } from 'typeorm'
import { appendOnlyStatements } from './append-only.ts'
import { createTables, dropTables, index, key, optionalText, text } from './columns.ts'

const tables: readonly TableOptions[] = [
  {
    name: 'audit_event',
    columns: [
      { name: 'sequence', type: 'bigint', isPrimary: true, primaryKeyConstraintName: 'pk_audit_event' },
      ...text('at'),
      ...optionalText('workspace_id'),
      ...text('actor', 'action', 'target', 'outcome', 'request_id'),
      ...optionalText('details'),
    ],
    indices: [
      index('ix_audit_event_workspace', 'workspace_id', 'sequence'),
      index('ix_audit_event_action', 'action', 'sequence'),
      index('ix_audit_event_actor', 'actor', 'sequence'),
      index('ix_audit_event_request', 'request_id'),
      index('ix_audit_event_at', 'at'),
    ],
  },
  { name: 'audit_head', columns: [...key('pk_audit_head', 'id'), { name: 'sequence', type: 'bigint' }] },
]

export class CreateAudit1795219200003 implements MigrationInterface {
  readonly name = 'CreateAudit1795219200003'

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables)
    await runner.query(`INSERT INTO audit_head (id, sequence) VALUES ('host', 0)`)
    for (const statement of appendOnlyStatements(runner.dataSource.options.type)) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables)
    if (runner.dataSource.options.type === 'postgres') await runner.query('DROP FUNCTION audit_event_refuse')
  }
}
