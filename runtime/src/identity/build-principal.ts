import type { ApiTokenRow, MembershipRow, UserRow } from '../store/store.ts'
import { type Permission, type Principal, ROLE_PERMISSIONS, type Role } from './principal.ts'

/** The workspace of memberships that hold in every workspace. */
export const WHOLE_HOST = '*'

/** Roles that mean something for the whole host; any other role under `*` is ignored. */
const HOST_ROLES: ReadonlySet<Role> = new Set(['admin', 'auditor'])

/** The roles that these memberships give in one workspace, each once. */
export function rolesIn(workspaceId: string, memberships: readonly MembershipRow[]): readonly Role[] {
  const valid = memberships.filter((membership) =>
    membership.workspaceId === WHOLE_HOST ? HOST_ROLES.has(membership.role) : membership.workspaceId === workspaceId,
  )
  return [...new Set(valid.map((membership) => membership.role))]
}

/** The user, acting in one workspace, by themselves or through a token that narrows what they may do. */
export function buildPrincipal(
  user: UserRow,
  memberships: readonly MembershipRow[],
  workspaceId: string,
  token?: ApiTokenRow,
): Principal {
  const roles = rolesIn(workspaceId, memberships)
  const permissions = new Set<Permission>(roles.flatMap((role) => ROLE_PERMISSIONS[role]))
  return {
    id: token === undefined ? `user:${user.id}` : `token:${token.id}`,
    userId: user.id,
    tokenId: token?.id,
    displayName: user.displayName,
    workspaceId,
    roles,
    permissions: token === undefined ? permissions : permissions.intersection(new Set(token.scopes)),
  }
}
