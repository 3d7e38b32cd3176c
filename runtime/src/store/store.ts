import type { ConfigValues, PluginManifest } from '@nexus/plugin-api'
import type { AuditEvent, AuditQuery, AuditRecord } from '../audit/audit.ts'
import type { Grants } from '../grants/grant.ts'
import type { Role } from '../identity/principal.ts'
import type { ApproverGroup, AskTerms } from '../policy/ask-terms.ts'
import type { ApprovalRows } from './approval.ts'
import type { CachedResultRows } from './cached-result.ts'
import type { DefinitionRows } from './definition.ts'
import type { ApiTokenRow, MembershipRow, OneTimeLinkRow, SessionRow, UserRow, WorkspaceRow } from './identity-rows.ts'
import type { OwnSecretRows } from './own-secret.ts'
import type { PluginStorage } from './plugin-storage.ts'
import type { RoomMarkRows } from './room-mark.ts'
import type { UpdateRows } from './update.ts'
import type {
  InstallationBoundsRow,
  LimitBreachRow,
  PermissionUseRow,
  ScheduleRunRow,
  UsageBucketRow,
} from './usage-rows.ts'
import type { VirtualServerRow } from './virtual-server-row.ts'
import type { WorkspaceRootRows } from './workspace-root.ts'

export type * from './identity-rows.ts'
export type * from './usage-rows.ts'

// The port of the store: rows and verbs. typeorm stays behind it. Every row of a workspace names its workspace.

export interface InstallationRow {
  readonly id: string
  readonly workspaceId: string
  readonly pluginId: string
  readonly version: string
  /** `sha512:` digest of the bundle. */
  readonly bundleDigest: string
  readonly manifest: PluginManifest
  readonly config: ConfigValues
  readonly grants: Grants
  readonly profile: string
  readonly enabled: boolean
  /** Prefix of exposed names; unique in the workspace, never changes. */
  readonly label: string
  /** Reason when the installation is held or quarantined; it does not start while this is set. */
  readonly quarantine: string | undefined
  readonly installedBy: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface SecretRow {
  readonly workspaceId: string
  readonly name: string
  readonly version: number
  /** AES-256-GCM under the workspace's data key; AAD = workspace/name/version. */
  readonly sealed: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface DataKeyRow {
  readonly workspaceId: string
  /** Data key wrapped by the key-encryption key. */
  readonly wrapped: string
  readonly keyId: string
}

export interface PolicyRuleRow {
  readonly id: string
  readonly workspaceId: string
  /** `*` or a role. */
  readonly role: Role | '*'
  /** `publisher/plugin`, or `*`. */
  readonly plugin: string
  /** What the rule is about. */
  readonly kind: 'tool' | 'resource' | 'prompt'
  /** Name of a tool or prompt, URI of a resource; `*` at the end matches any rest. */
  readonly tool: string
  readonly effect: 'allow' | 'deny' | 'ask'
  /** Who may approve, how long that stands, and whether callers may approve their own calls; set when `effect` is `ask`. */
  readonly approval?:
    | (Pick<AskTerms, 'expiresSeconds' | 'selfApproval'> & { readonly approvers: ApproverGroup })
    | undefined
  readonly createdAt: Date
}

/** A name for an exposed thing that was given once and stays, whoever comes or goes. */
export interface ExposedNameRow {
  readonly workspaceId: string
  /** `tool` or `prompt`. */
  readonly kind: 'tool' | 'prompt'
  readonly scope: string
  readonly exposed: string
  readonly label: string
  readonly original: string
}

/** Rows of one kind: the verbs that every kind has. */
export interface Rows<Row, Key> {
  get(key: Key): Promise<Row | undefined>
  insert(row: Row): Promise<void>
  /** Fails with `STORE_NOT_FOUND` when there is none. */
  update(key: Key, change: Partial<Row>): Promise<void>
  /** True when there was one. */
  remove(key: Key): Promise<boolean>
}

export interface Store extends AsyncDisposable {
  readonly dialect: 'sqlite' | 'postgres'
  readonly workspaces: Rows<WorkspaceRow, string> & {
    list(): Promise<readonly WorkspaceRow[]>
    byName(name: string): Promise<WorkspaceRow | undefined>
  }
  readonly workspaceRoots: WorkspaceRootRows
  readonly users: Rows<UserRow, string> & {
    list(): Promise<readonly UserRow[]>
    byEmail(email: string): Promise<UserRow | undefined>
    count(): Promise<number>
    /** User and roles together, or neither. */ create(
      user: UserRow,
      memberships: readonly MembershipRow[],
    ): Promise<void>
  }
  readonly memberships: {
    ofUser(userId: string): Promise<readonly MembershipRow[]>
    ofWorkspace(workspaceId: string): Promise<readonly MembershipRow[]>
    put(row: MembershipRow): Promise<void>
    remove(row: MembershipRow): Promise<boolean>
    /** Replaces all roles of a user, everywhere, at once. */
    replace(userId: string, memberships: readonly Omit<MembershipRow, 'userId'>[]): Promise<void>
  }
  readonly sessions: Rows<SessionRow, string> & {
    removeOfUser(userId: string): Promise<void>
    removeExpired(now: Date): Promise<void>
  }
  readonly tokens: Rows<ApiTokenRow, string> & {
    byHash(tokenHash: string): Promise<ApiTokenRow | undefined>
    ofWorkspace(workspaceId: string): Promise<readonly ApiTokenRow[]>
  }
  readonly links: Rows<OneTimeLinkRow, string> & {
    /** Marks the link used and says whether this caller was the first: exactly one of several concurrent callers is. */
    use(tokenHash: string, now: Date): Promise<boolean>
    removeUnused(purpose: OneTimeLinkRow['purpose']): Promise<void>
  }
  readonly installations: Rows<InstallationRow, string> & {
    list(): Promise<readonly InstallationRow[]>
    ofWorkspace(workspaceId: string): Promise<readonly InstallationRow[]>
  }
  readonly secrets: Rows<SecretRow, { readonly workspaceId: string; readonly name: string }> & {
    ofWorkspace(workspaceId: string): Promise<readonly SecretRow[]>
    /** Writes the new version when the stored one is still `expectedVersion`; says whether it was. */
    replace(row: SecretRow, expectedVersion: number): Promise<boolean>
  }
  readonly ownSecrets: OwnSecretRows
  readonly dataKeys: Rows<DataKeyRow, string>
  readonly virtualServers: Rows<VirtualServerRow, string> & {
    list(): Promise<readonly VirtualServerRow[]>
    ofWorkspace(workspaceId: string): Promise<readonly VirtualServerRow[]>
    byName(name: string): Promise<VirtualServerRow | undefined>
    /** Writes the row when the stored one still has `expectedRevision`; says whether it had. */
    replace(row: VirtualServerRow, expectedRevision: number): Promise<boolean>
  }
  readonly policyRules: Rows<PolicyRuleRow, string> & { list(): Promise<readonly PolicyRuleRow[]> }
  readonly approvals: ApprovalRows
  readonly definitions: DefinitionRows
  readonly cachedResults: CachedResultRows
  readonly roomMarks: RoomMarkRows
  readonly exposedNames: {
    list(workspaceId: string): Promise<readonly ExposedNameRow[]>
    /** The names of one kind that one server gave. */
    ofScope(workspaceId: string, kind: ExposedNameRow['kind'], scope: string): Promise<readonly ExposedNameRow[]>
    insert(rows: readonly ExposedNameRow[]): Promise<void>
    removeLabel(workspaceId: string, label: string): Promise<void>
  }
  readonly audit: {
    /** Appends in order; `at` is the time of the event. */
    append(events: readonly (AuditEvent & { readonly at: Date })[]): Promise<void>
    find(query: AuditQuery): Promise<readonly AuditRecord[]>
  }
  readonly schedules: {
    ofInstallation(installationId: string): Promise<readonly ScheduleRunRow[]>
    /**
     * Takes the run at `slot`, unless this or a later one was taken or another is still under way. Of several hosts
     * exactly one gets it.
     */
    claim(
      run: Pick<ScheduleRunRow, 'workspaceId' | 'installationId' | 'name' | 'slot'> & {
        readonly now: Date
        readonly leaseUntil: Date
      },
    ): Promise<boolean>
    /** Writes down how a claimed run ended. */
    finish(
      run: Pick<ScheduleRunRow, 'installationId' | 'name' | 'slot' | 'code'> & {
        readonly finishedAt: Date
        readonly outcome: 'ok' | 'failed'
      },
    ): Promise<void>
  }
  readonly pluginStorage: PluginStorage
  readonly installationBounds: Rows<InstallationBoundsRow, string> & {
    list(): Promise<readonly InstallationBoundsRow[]>
    /** Leaves a row that is there as it is. */
    insertMissing(row: InstallationBoundsRow): Promise<void>
  }
  readonly updates: UpdateRows
  readonly usage: {
    /** Adds to what is there: counts grow, peaks and instants keep the larger value. All of it, or nothing. */
    add(more: {
      readonly buckets: readonly UsageBucketRow[]
      readonly breaches: readonly LimitBreachRow[]
      readonly permissions: readonly PermissionUseRow[]
    }): Promise<void>
    /** Buckets that start within the span, both ends included, oldest first. */
    find(
      installationId: string,
      resolution: UsageBucketRow['resolution'],
      since: Date,
      until: Date,
    ): Promise<readonly UsageBucketRow[]>
    ofWorkspace(
      workspaceId: string,
      resolution: UsageBucketRow['resolution'],
      since: Date,
    ): Promise<readonly UsageBucketRow[]>
    daysOf(installationIds: readonly string[], since: Date): Promise<readonly UsageBucketRow[]>
    /** Latest first. `sinceDay` is `YYYY-MM-DD`. */
    breaches(installationId: string, sinceDay: string): Promise<readonly LimitBreachRow[]>
    permissions(installationId: string): Promise<readonly PermissionUseRow[]>
    /** Forgets buckets that started before; with those of days also the breaches of these days. */
    prune(resolution: UsageBucketRow['resolution'], before: Date): Promise<void>
    clear(installationId: string): Promise<void>
  }
}
