import { z } from 'zod'

const isoDate = z.iso.datetime()

/** Fingerprint of a key: SHA-256 of its SubjectPublicKeyInfo, in hex. Computed from the key, never believed. */
export const keyId = z.string().regex(/^[0-9a-f]{64}$/)

/** An Ed25519 or ECDSA P-256 public key as PEM. */
export const publicKeyPem = z.string().min(60).max(1000).startsWith('-----BEGIN PUBLIC KEY-----')

/** When a key or an identity may be believed. */
const validity = {
  /** Statements of an earlier time are refused. */
  validFrom: isoDate,
  /** Statements of a later time are refused. Absent: no end. */
  validUntil: isoDate.optional(),
  /** Once set, nothing signed with this is believed, whatever time it names. */
  revokedAt: isoDate.optional(),
}

/** A public key and when it may be believed. */
export const trustedKey = z.object({ keyId, publicKey: publicKeyPem, ...validity }).meta({ id: 'TrustedKey' })

/** Who vouched for an identity, as Fulcio writes it: for example `https://token.actions.githubusercontent.com`. */
export const identityIssuer = z.url({ protocol: /^https?$/ }).max(300)

/**
 * Whom a certificate names: an email address or a URI, exactly. The only pattern there is stands at the end,
 * `@refs/tags/*` or `@refs/heads/*`: a workflow whatever tag or branch it ran for.
 */
export const identitySubject = z
  .string()
  .min(3)
  .max(500)
  .regex(/^[^\s*]+(?<pattern>@refs\/(?:tags|heads)\/\*)?$/)

/** An identity without a key of its own (Sigstore's keyless signing) and when it may be believed. */
export const trustedIdentity = z
  .object({ issuer: identityIssuer, subject: identitySubject, ...validity })
  .meta({ id: 'TrustedIdentity' })

export type TrustedKey = z.infer<typeof trustedKey>
export type TrustedIdentity = z.infer<typeof trustedIdentity>
