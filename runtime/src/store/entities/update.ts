import { EntitySchema, type EntitySchemaOptions } from 'typeorm'
import { date, flag, inWorkspace, json, key, optionalDate, optionalJson, optionalText, text } from '../columns.ts'
import type { UpdateOfferRow, UpdatePolicyRow, UpdateSettingRow, VersionChangeRow } from '../update.ts'

type Reference = NonNullable<EntitySchemaOptions<object>['foreignKeys']>[number]

const ofInstallation = (name: string): Reference => ({
  name,
  target: 'installation',
  columnNames: ['installationId'],
  referencedColumnNames: ['id'],
  onDelete: 'CASCADE',
})

export const updateSettingEntity = new EntitySchema<UpdateSettingRow>({
  name: 'update_setting',
  columns: {
    installationId: key('installation_id', 'pk_update_setting'),
    workspaceId: text('workspace_id'),
    mode: text('mode'),
    channel: optionalText('channel'),
    pinned: flag('pinned'),
    window: optionalJson('time_window'),
    checkedAt: optionalDate('checked_at'),
    updatedAt: date('updated_at'),
  },
  foreignKeys: [inWorkspace('fk_update_setting_workspace'), ofInstallation('fk_update_setting_installation')],
})

export const updateOfferEntity = new EntitySchema<UpdateOfferRow>({
  name: 'update_offer',
  columns: {
    installationId: key('installation_id', 'pk_update_offer'),
    workspaceId: text('workspace_id'),
    version: text('version'),
    bundleDigest: text('bundle_digest'),
    state: text('state'),
    reasons: json('reasons'),
    consentDigest: optionalText('consent_digest'),
    config: json('config'),
    approvedBy: optionalText('approved_by'),
    approvedByName: optionalText('approved_by_name'),
    notBefore: optionalDate('not_before'),
    problem: optionalText('problem'),
    foundAt: date('found_at'),
    updatedAt: date('updated_at'),
  },
  indices: [{ name: 'ix_update_offer_workspace', columns: ['workspaceId'] }],
  foreignKeys: [inWorkspace('fk_update_offer_workspace'), ofInstallation('fk_update_offer_installation')],
})

export const versionChangeEntity = new EntitySchema<VersionChangeRow>({
  name: 'version_change',
  columns: {
    id: key('id', 'pk_version_change'),
    installationId: text('installation_id'),
    workspaceId: text('workspace_id'),
    version: text('version'),
    bundleDigest: text('bundle_digest'),
    before: optionalJson('before_side'),
    origin: text('origin'),
    by: text('by_principal'),
    byName: text('by_name'),
    outcome: text('outcome'),
    code: optionalText('code'),
    message: optionalText('message'),
    at: date('at'),
    endedAt: optionalDate('ended_at'),
  },
  indices: [
    { name: 'ix_version_change_installation', columns: ['installationId', 'at'] },
    { name: 'ix_version_change_outcome', columns: ['outcome'] },
  ],
  foreignKeys: [inWorkspace('fk_version_change_workspace'), ofInstallation('fk_version_change_installation')],
})

export const updatePolicyEntity = new EntitySchema<UpdatePolicyRow>({
  name: 'update_policy',
  columns: {
    workspaceId: key('workspace_id', 'pk_update_policy'),
    secondApprover: flag('second_approver'),
    updatedAt: date('updated_at'),
  },
  foreignKeys: [inWorkspace('fk_update_policy_workspace')],
})
