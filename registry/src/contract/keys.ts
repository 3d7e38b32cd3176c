import { z } from 'zod'

const isoDate = z.iso.datetime()

/** Fingerprint of a key: SHA-256 of its SubjectPublicKeyInfo, in hex. Computed from the key, never believed. */
export const keyId = z.string().regex(/^[0-9a-f]{64}$/)

/** An Ed25519 or ECDSA P-256 public key as PEM. */
export const publicKeyPem = z.string().min(60).max(1000).startsWith('-----BEGIN PUBLIC KEY-----')

/** A public key and when it may be believed. */
export const trustedKey = z
  .object({
    keyId,
    publicKey: publicKeyPem,
    /** Statements of an earlier time are refused. */
    validFrom: isoDate,
    /** Statements of a later time are refused. Absent: no end. */
    validUntil: isoDate.optional(),
    /** Once set, nothing signed with this key is believed, whatever time it names. */
    revokedAt: isoDate.optional(),
  })
  .meta({ id: 'TrustedKey' })

export type TrustedKey = z.infer<typeof trustedKey>
