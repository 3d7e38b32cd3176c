import { type Bundle, bundleFromJSON, isBundleWithDsseEnvelope } from '@sigstore/bundle'
import { canonicalJson, digestFile } from '../bundle/digest.ts'
import { parseStrictJson } from '../bundle/strict-json.ts'
import type { SignatureBundle } from '../contract/signature-bundle.ts'
import { type SignatureLayer, signingError } from './errors.ts'
import { matchesSubject } from './match-subject.ts'
import { type Signer, type TrustedSigners, signerId } from './signers.ts'
import type { SigstoreTrust } from './sigstore-trust.ts'
import { type CertificateIdentity, verifyCertificate } from './verify-certificate.ts'

/** Checks an envelope that an identity signed: everything about its certificate, then whether it is one that counts. */
export function verifyIdentity(
  signature: SignatureBundle,
  { identities = [], sigstore }: TrustedSigners,
  layer: SignatureLayer,
): { readonly payload: unknown; readonly signer: Signer } {
  if (sigstore === undefined) {
    throw signingError(
      'SIGNATURE_ROOT_UNKNOWN',
      `Expected a signature of the ${layer} by a key, or a trust root for identities, found an identity and no root.`,
      { details: { layer, expected: 'a Sigstore trusted root', found: 'none' } },
    )
  }
  const { payload, found } = checkOnce(signature, sigstore, layer)
  const identity = identities.find(
    ({ issuer, subject }) => issuer === found.issuer && matchesSubject(subject, found.subject),
  )
  if (identity === undefined) {
    throw signingError(
      'SIGNATURE_IDENTITY_UNKNOWN',
      `Expected a signature of the ${layer} by an identity that is trusted, found one by ${found.subject}.`,
      { details: { layer, expected: identities.map(signerId), found: `${found.issuer} ${found.subject}` } },
    )
  }
  const { subject, witnessedAt } = found
  return { payload, signer: { kind: 'identity', identity, subject, witnessedAt } }
}

interface CheckedCertificate {
  readonly payload: unknown
  readonly found: CertificateIdentity
}

/** Bundles whose outcome is kept for each trust root. */
const MAX_KEPT = 64
const kept = new WeakMap<SigstoreTrust, Map<string, CheckedCertificate>>()

/**
 * Checks a bundle once for each trust root: certificates, log and time stamps cost ten milliseconds and more, an install
 * asks three times, and nothing in them depends on when it is asked. Refusals are not kept.
 */
function checkOnce(signature: SignatureBundle, trust: SigstoreTrust, layer: SignatureLayer): CheckedCertificate {
  const known = kept.get(trust) ?? new Map<string, CheckedCertificate>()
  kept.set(trust, known)
  const digest = digestFile(canonicalJson(signature))
  const checked = known.get(digest) ?? checkCertificate(signature, trust, layer)
  known.delete(digest)
  known.set(digest, checked)
  const oldest = known.keys().next().value
  if (known.size > MAX_KEPT && oldest !== undefined) known.delete(oldest)
  return checked
}

function checkCertificate(signature: SignatureBundle, trust: SigstoreTrust, layer: SignatureLayer): CheckedCertificate {
  // Whatever the libraries throw on hostile input (TypeError and ASN.1 errors included) is a refusal.
  try {
    const bundle: Bundle = bundleFromJSON(signature)
    if (!isBundleWithDsseEnvelope(bundle)) throw new TypeError('Expected a DSSE envelope.')
    const found = verifyCertificate(bundle, trust, trust.timestamps)
    return { payload: parseStrictJson(bundle.content.dsseEnvelope.payload, 'the signed statement'), found }
  } catch (cause) {
    throw signingError(
      'SIGNATURE_INVALID',
      `Expected certificate, log entry, time stamps and signature of the ${layer} to hold, found that they do not.`,
      { details: { layer, expected: 'a certificate of the trusted instance', found: reasonOf(cause) }, cause },
    )
  }
}

/** The library's own code says which of its checks failed. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'something that cannot be read'
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
}
