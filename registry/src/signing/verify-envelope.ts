import { bundleFromJSON, isBundleWithDsseEnvelope, isBundleWithPublicKey } from '@sigstore/bundle'
import { Verifier, toSignedEntity } from '@sigstore/verify'
import { parseStrictJson } from '../bundle/strict-json.ts'
import type { TrustedKey } from '../contract/keys.ts'
import { type SignatureBundle, signatureBundle } from '../contract/signature-bundle.ts'
import { type SignatureLayer, signingError } from './errors.ts'
import { keyIdOf, readPublicKey } from './keys.ts'
import type { Signer, TrustedSigners } from './signers.ts'
import { verifyIdentity } from './verify-identity.ts'

/** A payload whose signature was checked, and who made it. */
export interface VerifiedEnvelope {
  readonly payload: unknown
  readonly signer: Signer
  readonly bundle: SignatureBundle
}

/** No certificates, no logs: only the keys given. */
const OWN_KEYS_ONLY = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] }
const NO_WITNESSES = { ctlogThreshold: 0, tlogThreshold: 0, timestampThreshold: 0 }

/**
 * Checks the signature of a DSSE envelope against the signers given. It says nothing about what the payload is about,
 * nor about when a key was valid: the library looks at neither for bundles without a timestamp, so the callers do.
 */
export function verifyEnvelope(value: unknown, signers: TrustedSigners, layer: SignatureLayer): VerifiedEnvelope {
  const parsed = signatureBundle.safeParse(value)
  if (!parsed.success) throw malformed(layer)
  const bundle = parsed.data
  const { verificationMaterial: material } = bundle
  if ('publicKey' in material) {
    const key = findKey(material.publicKey.hint, signers.keys, layer)
    return { payload: checkSignature(bundle, key, layer), signer: { kind: 'key', key }, bundle }
  }
  return { ...verifyIdentity(bundle, signers, layer), bundle }
}

function findKey(hint: string, keys: readonly TrustedKey[], layer: SignatureLayer): TrustedKey {
  const key = keys.find((candidate) => candidate.keyId === hint)
  if (key === undefined) {
    throw signingError(
      'SIGNATURE_KEY_UNKNOWN',
      `Expected a signature of the ${layer} by a key that is trusted, found one by another key.`,
      { details: { layer, expected: keys.map((candidate) => candidate.keyId), found: hint } },
    )
  }
  // The fingerprint is computed, not believed: a trust file with mixed-up entries must not verify anything.
  const computed = fingerprint(key)
  if (computed === key.keyId) return key
  throw signingError(
    'SIGNATURE_KEY_INVALID',
    `Expected the trusted key of the ${layer} to have its own fingerprint, found another.`,
    { details: { layer, expected: key.keyId, found: computed } },
  )
}

/** Fingerprints by key: computing one parses the key, and every release of a publisher asks for the same. */
const fingerprints = new WeakMap<TrustedKey, string>()

function fingerprint(key: TrustedKey): string {
  const known = fingerprints.get(key) ?? keyIdOf(key.publicKey)
  fingerprints.set(key, known)
  return known
}

function checkSignature(signature: SignatureBundle, key: TrustedKey, layer: SignatureLayer): unknown {
  // Whatever the libraries throw on hostile input (TypeError included) is a refusal.
  try {
    const bundle = bundleFromJSON(signature)
    if (!isBundleWithDsseEnvelope(bundle) || !isBundleWithPublicKey(bundle)) throw malformed(layer)
    const publicKey = readPublicKey(key.publicKey)
    const material = { ...OWN_KEYS_ONLY, publicKey: () => ({ publicKey, validFor: () => true }) }
    new Verifier(material, NO_WITNESSES).verify(toSignedEntity(bundle))
    return parseStrictJson(bundle.content.dsseEnvelope.payload, 'the signed statement')
  } catch (cause) {
    throw signingError(
      'SIGNATURE_INVALID',
      `Expected the signature of the ${layer} to match its statement, found that it does not.`,
      { details: { layer, expected: key.keyId, found: 'a signature that does not match' }, cause },
    )
  }
}

function malformed(layer: SignatureLayer) {
  return signingError(
    'SIGNATURE_MALFORMED',
    `Expected a Sigstore bundle with one DSSE envelope by the ${layer}, found something else.`,
    { details: { layer, expected: 'a Sigstore bundle with one DSSE envelope', found: 'something else' } },
  )
}
