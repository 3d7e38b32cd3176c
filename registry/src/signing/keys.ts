import { type KeyObject, createHash, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { signingError } from './errors.ts'

/** A key pair that signs statements. */
export interface SigningKey {
  /** SHA-256 of the public key's SubjectPublicKeyInfo, in hex. */
  readonly keyId: string
  /** SPKI as PEM. */
  readonly publicKey: string
  /** PKCS #8 as PEM. A secret. */
  readonly privateKey: string
}

const AS_PEM = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const

/** A new key pair: Ed25519, or ECDSA P-256 for those who know no other, as npm does. */
export function generateKeyPair(kind: 'ed25519' | 'p256' = 'ed25519'): SigningKey {
  const { publicKey, privateKey } =
    kind === 'ed25519'
      ? generateKeyPairSync('ed25519', AS_PEM)
      : generateKeyPairSync('ec', { namedCurve: 'P-256', ...AS_PEM })
  return { keyId: keyIdOf(publicKey), publicKey, privateKey }
}

/** The fingerprint by which signature bundles name a key. Fails for anything but Ed25519 and ECDSA P-256. */
export function keyIdOf(publicKeyPem: string): string {
  return createHash('sha256')
    .update(readPublicKey(publicKeyPem).export({ type: 'spki', format: 'der' }))
    .digest('hex')
}

export function readPublicKey(pem: string): KeyObject {
  const key = parse(pem)
  const curve = key.asymmetricKeyDetails?.namedCurve
  if (key.asymmetricKeyType === 'ed25519' || (key.asymmetricKeyType === 'ec' && curve === 'prime256v1')) return key
  throw signingError('KEY_MALFORMED', 'Expected an Ed25519 or ECDSA P-256 public key, found another kind.')
}

function parse(pem: string): KeyObject {
  try {
    return createPublicKey(pem)
  } catch (cause) {
    throw signingError('KEY_MALFORMED', 'Expected a public key as PEM, found something else.', { cause })
  }
}
