import type { ConfigValues, PluginManifest } from '@nexus/plugin-api'
import type { AuditEvent, AuditQuery, AuditRecord } from '../audit/audit.ts'
import type { Grants } from '../grants/grant.ts'
import type { Permission, Role } from '../identity/principal.ts'

// The port of the store: rows and verbs. typeorm stays behind it. Every row of a workspace names its workspace.

export interface WorkspaceRow {
  readonly id: string
  /** `^[a-z0-9-]{1,40}$`, unique. */
  readonly name: string
  readonly title: string
  readonly createdAt: Date
}

export interface UserRow {
  readonly id: string
  /** Lower-cased, unique. */
  readonly email: string
  readonly displayName: string
  /** Argon2id in PHC form. */
  readonly passwordHash: string
  readonly disabled: boolean
  readonly createdAt: Date
}

export interface MembershipRow {
  readonly userId: string
  /** `*` for the whole host. */
  readonly workspaceId: string
  readonly role: Role
}

export interface SessionRow {
  /** SHA-256 of the cookie's value; the value itself is never stored. */
  readonly idHash: string
  readonly userId: string
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
}

export interface ApiTokenRow {
  readonly id: string
  readonly workspaceId: string
  readonly userId: string
  readonly name: string
  /** SHA-256 of the token. */
  readonly tokenHash: string
  /** First characters, so that people can tell tokens apart. */
  readonly hint: string
  readonly scopes: readonly Permission[]
  /** Virtual server this token is for, or `undefined` for any. */
  readonly virtualServer: string | undefined
  readonly createdAt: Date
  readonly expiresAt: Date | undefined
  readonly lastUsedAt: Date | undefined
  readonly revokedAt: Date | undefined
}

/** A one-time link, for example to create the first admin. */
export interface OneTimeLinkRow {
  readonly tokenHash: string
  readonly purpose: 'setup'
  readonly expiresAt: Date
  readonly usedAt: Date | undefined
}

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

/** One tool of a virtual server. */
export interface VirtualTool {
  /** `<installation label>` the tool comes from. */
  readonly upstream: string
  /** The upstream's own tool name, or `*` for all of its tools, resources and prompts. */
  readonly tool: string
  /** Exposed name; by default made from the prefix mode. */
  readonly as?: string | undefined
  readonly description?: string | undefined
}

export interface VirtualServerRow {
  readonly id: string
  readonly workspaceId: string
  /** `^[a-z0-9-]{1,40}$`, unique in the host: it is the path `/v/<name>/mcp`. */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly prefixMode: 'always' | 'conditional' | 'never'
  readonly tools: readonly VirtualTool[]
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface PolicyRuleRow {
  readonly id: string
  readonly workspaceId: string
  /** `*` or a role. */
  readonly role: Role | '*'
  /** `publisher/plugin`, or `*`. */
  readonly plugin: string
  /** Tool name; `*` at the end matches any rest. */
  readonly tool: string
  readonly effect: 'allow' | 'deny'
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
  readonly dataKeys: Rows<DataKeyRow, string>
  readonly virtualServers: Rows<VirtualServerRow, string> & {
    list(): Promise<readonly VirtualServerRow[]>
    ofWorkspace(workspaceId: string): Promise<readonly VirtualServerRow[]>
    byName(name: string): Promise<VirtualServerRow | undefined>
  }
  readonly policyRules: Rows<PolicyRuleRow, string> & { list(): Promise<readonly PolicyRuleRow[]> }
  readonly exposedNames: {
    list(workspaceId: string): Promise<readonly ExposedNameRow[]>
    insert(rows: readonly ExposedNameRow[]): Promise<void>
    removeLabel(workspaceId: string, label: string): Promise<void>
  }
  readonly audit: {
    /** Appends in order; `at` is the time of the event. */
    append(events: readonly (AuditEvent & { readonly at: Date })[]): Promise<void>
    find(query: AuditQuery): Promise<readonly AuditRecord[]>
  }
  readonly pluginStorage: {
    get(installationId: string, key: string): Promise<string | undefined>
    /** Fails with `STORE_QUOTA` when all keys and values together would pass `quotaBytes`; nothing is written then. */
    set(workspaceId: string, installationId: string, key: string, value: string, quotaBytes: number): Promise<void>
    delete(installationId: string, key: string): Promise<boolean>
    list(installationId: string, prefix: string, after: string, limit: number): Promise<readonly string[]>
    bytes(installationId: string): Promise<number>
    clear(installationId: string): Promise<void>
  }
}
