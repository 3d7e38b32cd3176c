import { identityError } from './errors.ts'
import { PERMISSIONS, type Permission, type Principal, ROLE_PERMISSIONS, type Role } from './principal.ts'

/** Passes when the principal may; fails with `IDENTITY_FORBIDDEN` (403) otherwise. */
export function requirePermission(principal: Principal, permission: Permission): void {
  if (principal.permissions.has(permission)) return
  throw identityError(
    'IDENTITY_FORBIDDEN',
    `Expected the permission ${permission}, found none in this workspace. Ask an admin for a role that has it.`,
    { details: { permission } },
  )
}

/** Nobody gives more than they have: a role may be given by whoever holds all of its permissions. */
export function canGiveRole(principal: Principal, role: Role): boolean {
  if (role === 'admin' && !principal.roles.includes('admin')) return false
  const needed = role === 'admin' ? PERMISSIONS : ROLE_PERMISSIONS[role]
  return needed.every((permission) => principal.permissions.has(permission))
}

export function requireMayGiveRole(principal: Principal, role: Role): void {
  if (canGiveRole(principal, role)) return
  throw identityError(
    'IDENTITY_FORBIDDEN',
    `Expected a principal who holds everything that the role ${role} may do, found one who does not. Ask a host admin.`,
    { details: { role } },
  )
}
