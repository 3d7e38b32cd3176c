import type { MigrationInterface, QueryRunner, TableOptions } from 'typeorm'
import { createTables, dropTables, index, key, optionalText, reference, text } from './columns.ts'

const inWorkspace = (name: string) => reference(name, 'workspace_id', 'workspace', 'id')
const ofInstallation = (name: string) => reference(name, 'installation_id', 'installation', 'id', 'CASCADE')

const tables: readonly TableOptions[] = [
  {
    name: 'update_setting',
    columns: [
      ...key('pk_update_setting', 'installation_id'),
      ...text('workspace_id', 'mode'),
      ...optionalText('channel'),
      { name: 'pinned', type: 'boolean' },
      ...optionalText('time_window', 'checked_at'),
      ...text('updated_at'),
    ],
    foreignKeys: [inWorkspace('fk_update_setting_workspace'), ofInstallation('fk_update_setting_installation')],
  },
  {
    name: 'update_offer',
    columns: [
      ...key('pk_update_offer', 'installation_id'),
      ...text('workspace_id', 'version', 'bundle_digest', 'state', 'reasons'),
      ...optionalText('consent_digest'),
      ...text('config'),
      ...optionalText('approved_by', 'approved_by_name', 'not_before', 'problem'),
      ...text('found_at', 'updated_at'),
    ],
    indices: [index('ix_update_offer_workspace', 'workspace_id')],
    foreignKeys: [inWorkspace('fk_update_offer_workspace'), ofInstallation('fk_update_offer_installation')],
  },
  {
    name: 'version_change',
    columns: [
      ...key('pk_version_change', 'id'),
      ...text('installation_id', 'workspace_id', 'version', 'bundle_digest'),
      ...optionalText('before_side'),
      ...text('origin', 'by_principal', 'by_name', 'outcome'),
      ...optionalText('code', 'message'),
      ...text('at'),
      ...optionalText('ended_at'),
    ],
    indices: [
      index('ix_version_change_installation', 'installation_id', 'at'),
      index('ix_version_change_outcome', 'outcome'),
    ],
    foreignKeys: [inWorkspace('fk_version_change_workspace'), ofInstallation('fk_version_change_installation')],
  },
  {
    name: 'update_policy',
    columns: [
      ...key('pk_update_policy', 'workspace_id'),
      { name: 'second_approver', type: 'boolean' },
      ...text('updated_at'),
    ],
    foreignKeys: [inWorkspace('fk_update_policy_workspace')],
  },
]

/** How installations come by new releases, what waits, and what became of each change. */
export class CreateUpdates1795219200120 implements MigrationInterface {
  readonly name = 'CreateUpdates1795219200120'

  up(runner: QueryRunner): Promise<void> {
    return createTables(runner, tables)
  }

  down(runner: QueryRunner): Promise<void> {
    return dropTables(runner, tables)
  }
}
