import { z } from 'zod'
import { isoDate, publisherId } from './identifiers.ts'
import { identityIssuer, identitySubject, publicKeyPem, trustedIdentity, trustedKey } from './keys.ts'
import { publishPolicy, verifiedDomain } from './namespaces.ts'
import { signatureBundle } from './signature-bundle.ts'
import { tokenScope } from './token-scope.ts'

/** Who owns a namespace, and the keys that sign its releases. */
export const publisher = z
  .object({
    id: publisherId,
    displayName: z.string(),
    createdAt: isoDate,
    keys: z.array(trustedKey),
    /** Identities that sign without a key of their own. */
    identities: z.array(trustedIdentity).optional(),
    /** A domain that the publisher showed to be its own. */
    verified: verifiedDomain.optional(),
    /** How much publishing in the namespace asks for a second factor. */
    publishPolicy: publishPolicy.optional(),
  })
  .meta({ id: 'Publisher' })

export const publisherRequest = z.strictObject({
  id: publisherId,
  displayName: z.string().trim().min(1).max(80),
  /** Public keys as PEM, valid from now on. */
  keys: z.array(publicKeyPem).max(8).default([]),
})

/** Whom a certificate must name, and who must vouch for it. */
export const identityRequest = z.strictObject({
  issuer: identityIssuer,
  subject: identitySubject,
  validUntil: isoDate.optional(),
})

export const keyRequest = z.strictObject({ publicKey: publicKeyPem, validUntil: isoDate.optional() })

/** The key that takes over, and for how many days the old one still signs. */
export const rotateKeyRequest = z.strictObject({
  publicKey: publicKeyPem,
  overlapDays: z.int().min(0).max(365).default(7),
})

export { type TokenScope, tokenScope } from './token-scope.ts'

export const tokenRequest = z.strictObject({
  name: z.string().trim().min(1).max(80),
  scopes: z.array(tokenScope.exclude(['account'])).min(1),
  expiresInDays: z.int().min(1).max(365).default(90),
})

/** A new token. The token itself is shown once; the registry keeps only its digest. */
export const createdToken = z.object({
  id: z.uuid(),
  token: z.string(),
  scopes: z.array(tokenScope),
  expiresAt: isoDate,
})

/** Everything a host must pin to verify releases without believing the registry again. */
export const trustRoot = z
  .object({
    registry: z.object({
      keys: z.array(trustedKey),
      /** Statements by keys that hosts know about keys that they may not: how the registry's keys are rotated. */
      endorsements: z.array(signatureBundle).max(64).optional(),
      /** Sigstore's `trusted_root.json` of the instance whose certificates count here. Absent: keys only. */
      sigstoreRoot: z.record(z.string(), z.unknown()).optional(),
    }),
    publishers: z.array(publisher),
  })
  .meta({ id: 'TrustRoot' })

export type Publisher = z.infer<typeof publisher>
export type PublisherRequest = z.input<typeof publisherRequest>
export type KeyRequest = z.infer<typeof keyRequest>
export type IdentityRequest = z.infer<typeof identityRequest>
export type TokenRequest = z.input<typeof tokenRequest>
export type CreatedToken = z.infer<typeof createdToken>
export type TrustRoot = z.infer<typeof trustRoot>
