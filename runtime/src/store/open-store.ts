import { type DatabaseLogger, openDatabase } from '@nexus/registry/database'
import { storeEntities } from './entities/index.ts'
import { storeMigrations } from './migrations/index.ts'
import type { Store } from './store.ts'
import { approvalVerbs } from './verbs/approvals.ts'
import { auditVerbs } from './verbs/audit.ts'
import { cachedResultVerbs } from './verbs/cached-results.ts'
import { dataKeyVerbs } from './verbs/data-keys.ts'
import { definitionVerbs } from './verbs/definitions.ts'
import { exposedNameVerbs } from './verbs/exposed-names.ts'
import { installationBoundsVerbs } from './verbs/installation-bounds.ts'
import { installationVerbs } from './verbs/installations.ts'
import { linkVerbs } from './verbs/links.ts'
import { membershipVerbs } from './verbs/memberships.ts'
import { pluginStorageVerbs } from './verbs/plugin-storage.ts'
import { policyRuleVerbs } from './verbs/policy-rules.ts'
import { roomMarkVerbs } from './verbs/room-marks.ts'
import { scheduleVerbs } from './verbs/schedules.ts'
import { ownSecretVerbs } from './verbs/own-secrets.ts'
import { secretVerbs } from './verbs/secrets.ts'
import { sessionVerbs } from './verbs/sessions.ts'
import { tokenVerbs } from './verbs/tokens.ts'
import { updateVerbs } from './verbs/updates.ts'
import { usageVerbs } from './verbs/usage.ts'
import { userVerbs } from './verbs/users.ts'
import { virtualServerVerbs } from './verbs/virtual-servers.ts'
import { workspaceRootVerbs } from './verbs/workspace-roots.ts'
import { workspaceVerbs } from './verbs/workspaces.ts'

export interface StoreOptions {
  /** `sqlite:<path>`, `sqlite::memory:` or `postgres://…`. */
  readonly url: string
  readonly logger?: DatabaseLogger
}

/** Opens the host's database and brings its schema up to date. Finish the work before closing. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const database = await openDatabase({ ...options, entities: storeEntities, migrations: storeMigrations })
  const { manager } = database.dataSource
  return {
    dialect: database.dialect,
    workspaces: workspaceVerbs(manager),
    workspaceRoots: workspaceRootVerbs(manager),
    users: userVerbs(manager),
    memberships: membershipVerbs(manager),
    sessions: sessionVerbs(manager),
    tokens: tokenVerbs(manager),
    links: linkVerbs(manager),
    installations: installationVerbs(manager),
    secrets: secretVerbs(manager),
    ownSecrets: ownSecretVerbs(manager),
    schedules: scheduleVerbs(manager),
    dataKeys: dataKeyVerbs(manager),
    virtualServers: virtualServerVerbs(manager),
    policyRules: policyRuleVerbs(manager),
    approvals: approvalVerbs(manager),
    exposedNames: exposedNameVerbs(manager),
    definitions: definitionVerbs(manager),
    cachedResults: cachedResultVerbs(manager),
    roomMarks: roomMarkVerbs(manager),
    audit: auditVerbs(manager, database.dialect),
    pluginStorage: pluginStorageVerbs(database.statements, database.dialect),
    installationBounds: installationBoundsVerbs(manager),
    updates: updateVerbs(manager),
    usage: usageVerbs(manager, database.dialect),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}
