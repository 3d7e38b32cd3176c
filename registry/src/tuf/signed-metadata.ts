import { type KeyObject, createHash, createPublicKey, sign } from 'node:crypto'
import { canonicalJson } from '../bundle/digest.ts'
import type { TufKey } from '../contract/tuf.ts'
import { tufError } from './errors.ts'

/** A key that signs metadata. */
export interface TufSigner {
  readonly keyId: string
  readonly key: TufKey
  readonly privateKey: KeyObject
}

/** Metadata before anybody signed them. */
export interface Metadata<Signed> {
  readonly signed: Signed
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[]
}

/** An Ed25519 private key as a signer. */
export function toSigner(privateKey: KeyObject): TufSigner {
  const key = toTufKey(createPublicKey(privateKey))
  return { keyId: tufKeyId(key), key, privateKey }
}

export function toTufKey(publicKey: KeyObject): TufKey {
  const { x } = publicKey.export({ format: 'jwk' })
  if (publicKey.asymmetricKeyType !== 'ed25519' || x === undefined) {
    throw tufError('TUF_KEY_INVALID', 'Expected an Ed25519 key, found another kind.')
  }
  return { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: Buffer.from(x, 'base64url').toString('hex') } }
}

/** A key's id in TUF: computed, never believed. */
export function tufKeyId(key: TufKey): string {
  return createHash('sha256').update(canonicalJson(key)).digest('hex')
}

/** Adds signatures, replacing older ones by the same keys. */
export function signMetadata<Signed>(
  metadata: Metadata<Signed>,
  signers: readonly TufSigner[],
): Metadata<Signed> & {
  signatures: { keyid: string; sig: string }[]
} {
  // Our metadata are plain ASCII, for which TUF's canonical JSON and RFC 8785 are the same.
  const bytes = Buffer.from(canonicalJson(metadata.signed))
  const made = signers.map(({ keyId, privateKey }) => ({
    keyid: keyId,
    sig: sign(null, bytes, privateKey).toString('hex'),
  }))
  const others = metadata.signatures.filter(({ keyid }) => !signers.some(({ keyId }) => keyId === keyid))
  return { signed: metadata.signed, signatures: [...others, ...made] }
}
