import { AddClientGrants1795219200070 } from './add-client-grants.ts'
import { AddServerDefinitions1795219200060 } from './add-server-definitions.ts'
import { AddStorageVersions1795219200030 } from './add-storage-versions.ts'
import { AddToolSearch1795219200090 } from './add-tool-search.ts'
import { CreateApprovals1795219200064 } from './create-approvals.ts'
import { CreateAudit1795219200003 } from './create-audit.ts'
import { CreateDefinitions1795219200066 } from './create-definitions.ts'
import { CreateIdentity1795219200001 } from './create-identity.ts'
import { CreateMetering1795219200020 } from './create-metering.ts'
import { CreatePlugins1795219200002 } from './create-plugins.ts'
import { CreateOwnSecrets1795219200080 } from './create-own-secrets.ts'
import { CreateResultCache1795219200068 } from './create-result-cache.ts'
import { CreateSchedules1795219200040 } from './create-schedules.ts'
import { CreateUpdates1795219200120 } from './create-updates.ts'
import { CreateWorkspaceRoots1795219200050 } from './create-workspace-roots.ts'

export const storeMigrations = [
  CreateIdentity1795219200001,
  CreatePlugins1795219200002,
  CreateAudit1795219200003,
  CreateMetering1795219200020,
  AddStorageVersions1795219200030,
  CreateSchedules1795219200040,
  CreateWorkspaceRoots1795219200050,
  AddServerDefinitions1795219200060,
  AddClientGrants1795219200070,
  CreateApprovals1795219200064,
  CreateDefinitions1795219200066,
  CreateResultCache1795219200068,
  CreateOwnSecrets1795219200080,
  AddToolSearch1795219200090,
  CreateUpdates1795219200120,
]
