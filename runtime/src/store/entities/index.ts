import type { EntitySchema } from 'typeorm'
import { apiTokenEntity } from './api-token.ts'
import { approvalEntity } from './approval.ts'
import { auditEventEntity } from './audit-event.ts'
import { auditHeadEntity } from './audit-head.ts'
import { cachedResultEntity, toolCacheEntity } from './cached-result.ts'
import { dataKeyEntity } from './data-key.ts'
import { definitionEntity, definitionSettingEntity } from './definition.ts'
import { exposedNameEntity } from './exposed-name.ts'
import { installationBoundsEntity } from './installation-bounds.ts'
import { installationEntity } from './installation.ts'
import { limitBreachEntity } from './limit-breach.ts'
import { membershipEntity } from './membership.ts'
import { oneTimeLinkEntity } from './one-time-link.ts'
import { ownSecretEntity } from './own-secret.ts'
import { permissionUseEntity } from './permission-use.ts'
import { policyRuleEntity } from './policy-rule.ts'
import { roomMarkEntity } from './room-mark.ts'
import { scheduleRunEntity } from './schedule-run.ts'
import { secretEntity } from './secret.ts'
import { sessionEntity } from './session.ts'
import { storageEntryEntity } from './storage-entry.ts'
import { storageUsageEntity } from './storage-usage.ts'
import { updateOfferEntity, updatePolicyEntity, updateSettingEntity, versionChangeEntity } from './update.ts'
import { usageBucketEntity } from './usage-bucket.ts'
import { userEntity } from './user.ts'
import { virtualServerEntity } from './virtual-server.ts'
import { workspaceRootEntity } from './workspace-root.ts'
import { workspaceEntity } from './workspace.ts'

export const storeEntities: readonly EntitySchema[] = [
  workspaceEntity,
  workspaceRootEntity,
  userEntity,
  membershipEntity,
  sessionEntity,
  apiTokenEntity,
  oneTimeLinkEntity,
  installationEntity,
  secretEntity,
  ownSecretEntity,
  dataKeyEntity,
  virtualServerEntity,
  policyRuleEntity,
  approvalEntity,
  exposedNameEntity,
  definitionEntity,
  definitionSettingEntity,
  cachedResultEntity,
  toolCacheEntity,
  roomMarkEntity,
  storageUsageEntity,
  storageEntryEntity,
  scheduleRunEntity,
  installationBoundsEntity,
  updateSettingEntity,
  updateOfferEntity,
  versionChangeEntity,
  updatePolicyEntity,
  usageBucketEntity,
  limitBreachEntity,
  permissionUseEntity,
  auditEventEntity,
  auditHeadEntity,
]
