import type { MigrationInterface, QueryRunner, TableOptions } from 'typeorm'
import { createTables, dropTables, index, key, optionalText, text } from './columns.ts'

const tables: readonly TableOptions[] = [
  {
    name: 'definition',
    columns: [
      ...key('pk_definition', 'upstream_id', 'kind', 'name'),
      ...text('workspace_id', 'installation_id', 'plugin_id', 'label', 'flags'),
      ...optionalText('approved', 'approved_digest', 'approved_at', 'approved_by'),
      ...optionalText('held', 'held_digest', 'held_at', 'rejected_at', 'rejected_by', 'absent_since'),
    ],
    indices: [index('ix_definition_workspace', 'workspace_id'), index('ix_definition_installation', 'installation_id')],
  },
  {
    name: 'definition_setting',
    columns: [...key('pk_definition_setting', 'installation_id'), ...text('workspace_id', 'approval', 'served')],
    indices: [index('ix_definition_setting_workspace', 'workspace_id')],
  },
  {
    name: 'room_mark',
    columns: [...key('pk_room_mark', 'room', 'workspace_id'), ...text('mark')],
  },
]

export class CreateDefinitions1795219200066 implements MigrationInterface {
  readonly name = 'CreateDefinitions1795219200066'

  up(runner: QueryRunner): Promise<void> {
    return createTables(runner, tables)
  }

  down(runner: QueryRunner): Promise<void> {
    return dropTables(runner, tables)
  }
}
