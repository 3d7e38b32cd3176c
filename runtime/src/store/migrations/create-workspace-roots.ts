import type { MigrationInterface, QueryRunner, TableOptions } from 'typeorm'
import { createTables, dropTables, key, reference, text } from './columns.ts'

const tables: readonly TableOptions[] = [
  {
    name: 'workspace_root',
    columns: [...key('pk_workspace_root', 'workspace_id', 'name'), ...text('path', 'access', 'created_at')],
    foreignKeys: [reference('fk_workspace_root_workspace', 'workspace_id', 'workspace', 'id')],
  },
]

export class CreateWorkspaceRoots1795219200050 implements MigrationInterface {
  readonly name = 'CreateWorkspaceRoots1795219200050'

  up(runner: QueryRunner): Promise<void> {
    return createTables(runner, tables)
  }

  down(runner: QueryRunner): Promise<void> {
    return dropTables(runner, tables)
  }
}
