import { createErrorFactory } from '@nexus/plugin-api'

const caller = (status: number, title: string) => ({ fault: 'caller', status, title }) as const

/** Everything that can be wrong with a package, a version or a dist-tag. */
export const packageErrors = {
  PACKAGE_NAME_INVALID: caller(400, 'Not a package name'),
  PACKAGE_VERSION_INVALID: caller(400, 'Not a version'),
  TAG_INVALID: caller(400, 'Not a dist-tag'),
  VERSION_UNPUBLISHED: caller(403, 'Version was unpublished'),
  UNPUBLISH_REFUSED: caller(403, 'Version stays'),
  VERSION_REVOKED: caller(403, 'Version was revoked'),
  PACKAGE_NOT_FOUND: caller(404, 'No such package'),
  VERSION_NOT_FOUND: caller(404, 'No such version'),
  TAG_NOT_FOUND: caller(404, 'No such dist-tag'),
  STAGED_VERSION_NOT_FOUND: caller(404, 'No such staged version'),
  REVISION_CONFLICT: caller(409, 'Package changed meanwhile'),
  PACKAGE_MISMATCH: caller(422, 'Bundle is another package'),
  INTEGRITY_MISMATCH: caller(422, 'Bundle is damaged'),
  PLUGIN_RESTRICTED: caller(422, 'Plugins are public'),
  ATTESTATION_INVALID: caller(422, 'Attestation not understood'),
} as const

export const packageError = createErrorFactory(packageErrors)
