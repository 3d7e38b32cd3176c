import { EntitySchema } from 'typeorm'
import { date, flag, inWorkspace, json, key, optionalText, text } from '../columns.ts'
import type { InstallationRow } from '../store.ts'

export const installationEntity = new EntitySchema<InstallationRow>({
  name: 'installation',
  columns: {
    id: key('id', 'pk_installation'),
    workspaceId: text('workspace_id'),
    pluginId: text('plugin_id'),
    version: text('version'),
    bundleDigest: text('bundle_digest'),
    manifest: json('manifest'),
    config: json('config'),
    grants: json('grants'),
    profile: text('profile'),
    enabled: flag('enabled'),
    label: text('label'),
    quarantine: optionalText('quarantine'),
    installedBy: text('installed_by'),
    createdAt: date('created_at'),
    updatedAt: date('updated_at'),
  },
  uniques: [{ name: 'uq_installation_label', columns: ['workspaceId', 'label'] }],
  foreignKeys: [inWorkspace('fk_installation_workspace')],
})
