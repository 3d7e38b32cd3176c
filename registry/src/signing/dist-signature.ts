import { type KeyObject, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { BundleDigest } from '../bundle/digest.ts'
import type { TrustedKey } from '../contract/keys.ts'
import { signingError } from './errors.ts'
import { checkKeyValidity } from './key-validity.ts'
import { type SigningKey, readPublicKey } from './keys.ts'

/** What npm's clients check: the registry says that this name and version are these bytes. */
export interface DistSignature {
  /** `SHA256:` and the fingerprint in base64. */
  readonly keyid: string
  /** ECDSA P-256 over SHA-256, DER, in base64. */
  readonly sig: string
}

/** A key as `/-/npm/v1/keys` tells it. Source: npm documentation, ECDSA registry signatures. */
export interface NpmKey {
  readonly keyid: string
  readonly keytype: 'ecdsa-sha2-nistp256'
  readonly scheme: 'ecdsa-sha2-nistp256'
  /** SubjectPublicKeyInfo, DER, in base64. */
  readonly key: string
  readonly expires: string | null
}

/** A version as npm names it. */
export interface DistSubject {
  /** For example `@acme/weather`. */
  readonly name: string
  readonly version: string
  /** `sha512-` and the digest of the tarball in base64. */
  readonly integrity: string
}

/** Subresource integrity of a bundle, as npm writes digests. */
export function integrityOf(digest: BundleDigest): string {
  return `sha512-${Buffer.from(digest.slice('sha512:'.length), 'hex').toString('base64')}`
}

/** Reading a key costs more than signing with it, and every version is signed. */
const privateKeys = new WeakMap<SigningKey, KeyObject>()

function readPrivateKey(key: SigningKey): KeyObject {
  const known = privateKeys.get(key) ?? createPrivateKey(key.privateKey)
  privateKeys.set(key, known)
  return known
}

/** Signs `name@version:integrity` as npm's registry does. The key is ECDSA P-256. */
export function signDist(subject: DistSubject, key: SigningKey): DistSignature {
  const sig = sign('sha256', textOf(subject), readPrivateKey(key))
  return { keyid: npmKeyId(key.keyId), sig: sig.toString('base64') }
}

/** Checks npm's signature with the registry's keys. Gives the key, or refuses with `DIST_SIGNATURE_INVALID`. */
export function verifyDist(
  subject: DistSubject,
  signature: DistSignature,
  keys: readonly TrustedKey[],
  publishedAt: string,
): TrustedKey {
  const key = keys.find(({ keyId }) => npmKeyId(keyId) === signature.keyid)
  if (key === undefined) throw refusal(subject, keys.map(({ keyId }) => npmKeyId(keyId)).join(', '), signature.keyid)
  const publicKey = readPublicKey(key.publicKey)
  const isP256 = publicKey.asymmetricKeyType === 'ec'
  if (!isP256 || !verify('sha256', textOf(subject), publicKey, Buffer.from(signature.sig, 'base64')))
    throw refusal(subject, signature.keyid, 'a signature that does not match')
  checkKeyValidity(key, publishedAt, 'registry')
  return key
}

/** A key for npm's clients, which forget it after `expires`. */
export function toNpmKey(key: TrustedKey): NpmKey {
  const der = createPublicKey(key.publicKey).export({ type: 'spki', format: 'der' })
  return {
    keyid: npmKeyId(key.keyId),
    keytype: 'ecdsa-sha2-nistp256',
    scheme: 'ecdsa-sha2-nistp256',
    key: der.toString('base64'),
    expires: key.revokedAt ?? key.validUntil ?? null,
  }
}

function npmKeyId(keyId: string): string {
  return `SHA256:${Buffer.from(keyId, 'hex').toString('base64')}`
}

function textOf({ name, version, integrity }: DistSubject): Buffer {
  return Buffer.from(`${name}@${version}:${integrity}`)
}

function refusal({ name, version }: DistSubject, expected: string, found: string) {
  return signingError(
    'DIST_SIGNATURE_INVALID',
    `Expected the registry's npm signature of ${name}@${version} to be by one of its keys, found ${found}.`,
    { details: { layer: 'registry', what: 'npm signature', expected, found } },
  )
}
