/** Roles, as people see them. `admin` and `auditor` may be given for the whole host (workspace `*`). */
export const ROLES = ['admin', 'workspace-admin', 'member', 'publisher', 'auditor'] as const

export type Role = (typeof ROLES)[number]

/** What a role or a token may do. */
export const PERMISSIONS = [
  'tools:call',
  'marketplace:read',
  'installations:read',
  'installations:manage',
  'servers:read',
  'servers:manage',
  'secrets:manage',
  'policies:manage',
  'approvals:decide',
  'tokens:own',
  'users:manage',
  'audit:read',
  'metrics:read',
  'plugins:publish',
] as const

export type Permission = (typeof PERMISSIONS)[number]

/** Role to permissions: data, the same for API, UI and tool calls. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  admin: PERMISSIONS,
  'workspace-admin': PERMISSIONS.filter((permission) => permission !== 'plugins:publish'),
  member: ['tools:call', 'marketplace:read', 'installations:read', 'servers:read', 'approvals:decide', 'tokens:own'],
  publisher: ['tools:call', 'marketplace:read', 'servers:read', 'approvals:decide', 'tokens:own', 'plugins:publish'],
  auditor: [
    'marketplace:read',
    'installations:read',
    'servers:read',
    'approvals:decide',
    'audit:read',
    'metrics:read',
    'tokens:own',
  ],
}

/** The authenticated identity of a call, acting in one workspace. */
export interface Principal {
  /** `user:<id>`, `token:<id>`, `plugin:<publisher>/<name>` or `system`. */
  readonly id: string
  readonly userId: string | undefined
  readonly tokenId: string | undefined
  readonly displayName: string
  readonly workspaceId: string
  readonly roles: readonly Role[]
  /** What it may do here: the roles' permissions, narrowed by the token's scopes. */
  readonly permissions: ReadonlySet<Permission>
}

/**
 * A plugin in its own name, for what it does without anybody calling: events and scheduled runs. It may call the tools
 * it was granted, under the rules for members, and nothing else.
 */
export function pluginPrincipal(workspaceId: string, pluginId: string): Principal {
  return {
    id: `plugin:${pluginId}`,
    userId: undefined,
    tokenId: undefined,
    displayName: pluginId,
    workspaceId,
    roles: ['member'],
    permissions: new Set(['tools:call']),
  }
}

/** Who a principal stands for: the person behind a session or a token, else the principal itself. */
export function personOf({ id, userId }: Principal): string {
  return userId ?? id
}

/** The host itself, for work that nobody asked for by hand. */
export function systemPrincipal(workspaceId: string): Principal {
  return {
    id: 'system',
    userId: undefined,
    tokenId: undefined,
    displayName: 'Nexus',
    workspaceId,
    roles: ['admin'],
    permissions: new Set(PERMISSIONS),
  }
}
