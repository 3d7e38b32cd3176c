import { EntitySchema } from 'typeorm'
import { json, key, optionalDate, optionalText, text } from '../columns.ts'
import type { DefinitionRow, DefinitionSettingRow } from '../definition.ts'

/** Holds installation ids without a reference: an upstream is seen while its installation is still being made. */
export const definitionEntity = new EntitySchema<DefinitionRow>({
  name: 'definition',
  columns: {
    upstreamId: key('upstream_id', 'pk_definition'),
    kind: key('kind', 'pk_definition'),
    name: key('name', 'pk_definition'),
    workspaceId: text('workspace_id'),
    installationId: text('installation_id'),
    pluginId: text('plugin_id'),
    label: text('label'),
    approved: optionalText('approved'),
    approvedDigest: optionalText('approved_digest'),
    approvedAt: optionalDate('approved_at'),
    approvedBy: optionalText('approved_by'),
    held: optionalText('held'),
    heldDigest: optionalText('held_digest'),
    heldAt: optionalDate('held_at'),
    flags: json('flags'),
    rejectedAt: optionalDate('rejected_at'),
    rejectedBy: optionalText('rejected_by'),
    absentSince: optionalDate('absent_since'),
  },
  indices: [
    { name: 'ix_definition_workspace', columns: ['workspaceId'] },
    { name: 'ix_definition_installation', columns: ['installationId'] },
  ],
})

export const definitionSettingEntity = new EntitySchema<DefinitionSettingRow>({
  name: 'definition_setting',
  columns: {
    installationId: key('installation_id', 'pk_definition_setting'),
    workspaceId: text('workspace_id'),
    approval: text('approval'),
    served: text('served'),
  },
  indices: [{ name: 'ix_definition_setting_workspace', columns: ['workspaceId'] }],
})
