import { createHash } from 'node:crypto'
import type { TrustedIdentity, TrustedKey } from '../contract/keys.ts'
import type { SigstoreTrust } from './sigstore-trust.ts'

/** Whose signature counts. */
export interface TrustedSigners {
  readonly keys: readonly TrustedKey[]
  /** Identities without a key of their own; they count only where `sigstore` is there too. */
  readonly identities?: readonly TrustedIdentity[] | undefined
  /** Who vouches for identities. */
  readonly sigstore?: SigstoreTrust | undefined
}

/** Who signed, after everything about it was checked. */
export type Signer =
  | { readonly kind: 'key'; readonly key: TrustedKey }
  | {
      readonly kind: 'identity'
      readonly identity: TrustedIdentity
      /** Whom the certificate names, in full. */
      readonly subject: string
      /** When witnesses saw the signature, which its signer cannot choose. */
      readonly witnessedAt: string
    }

/** A signer as people compare it: a key's fingerprint, or an identity and who vouches for it. */
export function signerName(signer: Signer): string {
  return signer.kind === 'key' ? `sha256:${signer.key.keyId}` : `${signer.subject} (${signer.identity.issuer})`
}

/** What the log and URLs name an identity by: SHA-256 of issuer and subject, in hex. */
export function identityFingerprint({ issuer, subject }: Pick<TrustedIdentity, 'issuer' | 'subject'>): string {
  return createHash('sha256').update(`${issuer}\n${subject}`).digest('hex')
}

/** Tells a signer from others of its kind. */
export function signerId(signer: TrustedKey | TrustedIdentity): string {
  return 'keyId' in signer ? `sha256:${signer.keyId}` : `${signer.issuer} ${signer.subject}`
}
