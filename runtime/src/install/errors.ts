import { createErrorFactory } from '@nexus/plugin-api'

/** Why a release is not installed. Errors of bundle and signature pass through with their own codes. */
const installErrors = {
  REGISTRY_UNREACHABLE: { fault: 'host', status: 503, title: 'Registry not reachable' },
  REGISTRY_ANSWER_INVALID: { fault: 'host', status: 502, title: 'Registry answer not understood' },
  REGISTRY_REFUSED: { fault: 'caller', status: 502, title: 'Registry refused' },
  INSTALL_RELEASE_NOT_FOUND: { fault: 'caller', status: 404, title: 'No such release' },
  INSTALL_DIGEST_MISMATCH: { fault: 'host', status: 502, title: 'Downloaded bytes are others' },
  INSTALL_MANIFEST_MISMATCH: { fault: 'host', status: 502, title: 'Bundle is not what was signed' },
  INSTALL_NOT_STORED: { fault: 'caller', status: 404, title: 'Release not on this host' },
  INSTALL_DAMAGED: { fault: 'host', status: 500, title: 'Stored release damaged' },
  INSTALL_LAYER_FAILED: { fault: 'host', status: 502, title: 'Chain cannot be checked' },
  RELEASE_REVOKED: { fault: 'caller', status: 409, title: 'Release was revoked' },
  TRUST_REGISTRY_UNKNOWN: { fault: 'caller', status: 409, title: 'Registry not trusted yet' },
  TRUST_REGISTRY_CHANGED: { fault: 'caller', status: 409, title: 'Registry has other keys' },
  TRUST_PUBLISHER_UNKNOWN: { fault: 'caller', status: 409, title: 'Publisher not trusted yet' },
  TRUST_SIGNER_UNKNOWN: { fault: 'caller', status: 404, title: 'No such signer' },
  TRUST_DECISION_UNKNOWN: { fault: 'caller', status: 404, title: 'No such decision' },
  TRUST_POLICY_REFUSED: { fault: 'caller', status: 409, title: 'Refused by the policy of this host' },
  TRUST_FILE_INVALID: { fault: 'host', status: 500, title: 'Trust file not understood' },
  TRUST_POLICY_INVALID: { fault: 'host', status: 500, title: 'Trust policy not understood' },
  TRUST_NOTICES_INVALID: { fault: 'host', status: 500, title: 'Release notices not understood' },
} as const

export const installError = createErrorFactory(installErrors)
