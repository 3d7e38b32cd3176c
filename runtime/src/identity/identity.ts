import type { ApiTokenRow, UserRow, WorkspaceRow } from '../store/store.ts'
import type { Permission, Principal, Role } from './principal.ts'

/** A session that was just opened: the only time its secret is known. */
export interface OpenedSession {
  /** Value of the cookie. Only its SHA-256 is stored. */
  readonly secret: string
  readonly expiresAt: Date
  readonly userId: string
}

export interface UserFacts {
  readonly user: UserRow
  /** Roles in the workspace of whoever asks. */
  readonly roles: readonly Role[]
}

/** A token that was found good, as it is kept for a few seconds. */
export interface CheckedToken {
  readonly row: ApiTokenRow
  readonly principal: Principal
}

/** Where a token is shown. */
export interface TokenUse {
  /** Name of the virtual server that is called; absent at `/mcp` and at the API. */
  readonly virtualServer?: string | undefined
  /** Name of the workspace that is asked for; absent means the token's own. */
  readonly workspace?: string | undefined
  readonly requestId?: string | undefined
  readonly remoteAddress?: string | undefined
}

/** Users, sessions, tokens and the principals made from them. Every verb that changes something is audited. */
export interface Identity {
  /** The workspace `main`, made at the first start. */
  readonly defaultWorkspace: WorkspaceRow

  setupNeeded(): Promise<boolean>
  /** A fresh link for the first admin, which replaces all older ones; `undefined` when there is an admin. */
  renewSetupLink(): Promise<{ readonly token: string; readonly expiresAt: Date } | undefined>
  /** Creates the first admin. A link works once. */
  setup(
    request: {
      readonly token: string
      readonly email: string
      readonly displayName: string
      readonly password: string
    },
    requestId: string,
  ): Promise<OpenedSession>

  /** One error for a wrong password, an unknown user and a disabled one. `previousSession` ends. */
  signIn(
    request: {
      readonly email: string
      readonly password: string
      readonly remoteAddress: string
      readonly previousSession?: string | undefined
    },
    requestId: string,
  ): Promise<OpenedSession>
  signOut(sessionSecret: string, requestId: string): Promise<void>
  /** Ends every session of a user. */
  endSessions(principal: Principal, userId: string, requestId: string): Promise<void>
  /** Ends all sessions of the user and opens a new one. API tokens stay. */
  changePassword(
    principal: Principal,
    request: { readonly currentPassword: string; readonly newPassword: string },
    requestId: string,
  ): Promise<OpenedSession>

  /** Fails with a 401 code, or with 403 when the user has no role in the workspace. `workspace` is a name; absent means the user's first. */
  authenticateSession(sessionSecret: string | undefined, workspace?: string): Promise<Principal>
  /** `header` is the value of `Authorization`. Fails with a 401 code, or 403 for another workspace. On the hot path. */
  authenticateToken(header: string | undefined, use?: TokenUse): Promise<Principal>
  /** Like `authenticateSession`, and `undefined` for a session that is not valid. */
  sessionPrincipal(sessionSecret: string, workspace: string | undefined): Promise<Principal | undefined>
  /** Like `authenticateToken` with the bare token, and `undefined` for one that is not valid. */
  tokenPrincipal(token: string, workspace: string | undefined): Promise<Principal | undefined>

  user(userId: string): Promise<UserRow | undefined>
  /** Names for actors of the audit trail, as people know them; for those who may read it. */
  nameActors(principal: Principal, actors: Iterable<string>): Promise<ReadonlyMap<string, string>>
  /** People with a role in the principal's workspace, host roles included. */
  users(principal: Principal): Promise<readonly UserFacts[]>
  createUser(
    principal: Principal,
    request: { readonly email: string; readonly displayName: string; readonly password: string; readonly role: Role },
    requestId: string,
  ): Promise<UserFacts>
  /** `role` replaces the user's roles in the principal's workspace (and in the whole host, when an admin says so). Ends the user's sessions. */
  changeUser(
    principal: Principal,
    userId: string,
    change: { readonly disabled?: boolean | undefined; readonly role?: Role | undefined },
    requestId: string,
  ): Promise<UserFacts>

  workspace(workspaceId: string): Promise<WorkspaceRow | undefined>
  workspaces(principal: Principal): Promise<readonly WorkspaceRow[]>
  createWorkspace(
    principal: Principal,
    request: { readonly name: string; readonly title: string },
    requestId: string,
  ): Promise<WorkspaceRow>

  /** Own tokens, or all of the workspace with `users:manage`. */
  tokens(principal: Principal): Promise<readonly (ApiTokenRow & { readonly owner: string })[]>
  createToken(
    principal: Principal,
    request: {
      readonly name: string
      readonly scopes: readonly Permission[]
      readonly expiresInDays: number | null
      readonly virtualServer?: string | undefined
    },
    requestId: string,
  ): Promise<{ readonly row: ApiTokenRow; readonly owner: string; readonly token: string }>
  /** Takes effect at once on this node, within seconds on others. */
  revokeToken(principal: Principal, tokenId: string, requestId: string): Promise<void>
}
