import { createErrorFactory } from '@nexus/plugin-api'

const refused = (title: string) => ({ fault: 'caller', status: 422, title }) as const

/** Why a signature is not believed. `details` name the layer and what was expected and found. */
export const signingErrors = {
  SIGNATURE_MALFORMED: refused('Signature bundle not understood'),
  SIGNATURE_KEY_UNKNOWN: refused('Signed by an unknown key'),
  SIGNATURE_KEY_INVALID: refused('Signing key not valid at that time'),
  SIGNATURE_IDENTITY_UNKNOWN: refused('Signed by an unknown identity'),
  SIGNATURE_IDENTITY_INVALID: refused('Signing identity not valid at that time'),
  SIGNATURE_ROOT_UNKNOWN: refused('No trust root for identities'),
  SIGNATURE_INVALID: refused('Signature does not match'),
  STATEMENT_MALFORMED: refused('Signed statement not understood'),
  STATEMENT_MISMATCH: refused('Signed statement is about something else'),
  PROVENANCE_INVALID: refused('Provenance not believed'),
  DIST_SIGNATURE_INVALID: refused('npm signature of the registry does not match'),
  KEY_MALFORMED: refused('Public key not understood'),
  SIGNING_FAILED: refused('Could not sign'),
} as const

export const signingError = createErrorFactory(signingErrors)

/** Which link of the chain an error is about. */
export type SignatureLayer = 'publisher' | 'registry' | 'provenance'
