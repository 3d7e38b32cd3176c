export { identityErrors } from './errors.ts'
export type { CheckedToken, Identity, OpenedSession, TokenUse, UserFacts } from './identity.ts'
export { type IdentityOptions, openIdentity } from './open-identity.ts'
export { canGiveRole, requirePermission } from './permission-check.ts'
export {
  PERMISSIONS,
  type Permission,
  type Principal,
  ROLES,
  ROLE_PERMISSIONS,
  type Role,
  systemPrincipal,
} from './principal.ts'
