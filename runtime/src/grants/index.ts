export { capabilityStrip } from './capability-strip.ts'
export { consentDigest } from './consent-digest.ts'
export { processReach, uncovered } from './covers.ts'
export { diffPermissions, expandedPermissions, type PermissionChange } from './diff-permissions.ts'
export { grantError } from './errors.ts'
export {
  NO_GRANTS,
  type CapabilityStrip,
  type Grants,
  type NetworkGrant,
  type ProcessGrant,
  type Reach,
  type SecretGrant,
} from './grant.ts'
export { filesGrantName, listGrants, networkGrantName, processGrantName, type GrantedUse } from './list-grants.ts'
export { parseTarget, targetName, type NetworkTarget } from './parse-target.ts'
export { resolveGrants, type GrantChoices } from './resolve-grants.ts'
