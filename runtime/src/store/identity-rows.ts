import type { Permission, Role } from '../identity/principal.ts'

// Who there is: workspaces, people, what they may do, and how they prove who they are.

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
