import { TrustedRoot } from '@sigstore/protobuf-specs'
import { type TrustMaterial, toTrustMaterial } from '@sigstore/verify'
import { signingError } from './errors.ts'

/** Who vouches for identities: certificate authorities, their logs, and services that stamp times. */
export interface SigstoreTrust {
  readonly material: TrustMaterial
  /** Witnesses of the time that a publisher's signature must have: the log, and a time stamp where somebody gives one. */
  readonly timestamps: number
}

/**
 * Reads a Sigstore `trusted_root.json`. Opened once and kept: parsing its certificates costs more than verifying with
 * them. Fails with `SIGNATURE_ROOT_UNKNOWN` for anything else.
 */
export function openSigstoreTrust(trustedRoot: unknown): SigstoreTrust {
  try {
    const material = toTrustMaterial(TrustedRoot.fromJSON(trustedRoot))
    if (material.certificateAuthorities.length === 0 || material.tlogs.length === 0 || material.ctlogs.length === 0)
      throw new TypeError('It names no certificate authority, no log, or no log of certificates.')
    return { material, timestamps: material.timestampAuthorities.length > 0 ? 2 : 1 }
  } catch (cause) {
    throw signingError(
      'SIGNATURE_ROOT_UNKNOWN',
      'Expected a Sigstore trusted root (`trusted_root.json`), found something else. Give the file of the instance you trust.',
      { cause },
    )
  }
}
