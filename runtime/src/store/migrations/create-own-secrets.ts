import type { MigrationInterface, QueryRunner, TableOptions } from 'typeorm'
import { createTables, dropTables, key, reference, text } from './columns.ts'

const tables: readonly TableOptions[] = [
  {
    name: 'own_secret',
    columns: [
      ...key('pk_own_secret', 'workspace_id', 'owner_id', 'name'),
      { name: 'version', type: 'integer' },
      ...text('sealed', 'created_at', 'updated_at'),
    ],
    foreignKeys: [reference('fk_own_secret_workspace', 'workspace_id', 'workspace', 'id')],
  },
]

export class CreateOwnSecrets1795219200080 implements MigrationInterface {
  readonly name = 'CreateOwnSecrets1795219200080'

  up(runner: QueryRunner): Promise<void> {
    return createTables(runner, tables)
  }

  down(runner: QueryRunner): Promise<void> {
    return dropTables(runner, tables)
  }
}
