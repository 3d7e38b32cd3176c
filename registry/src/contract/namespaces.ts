import { z } from 'zod'
import { accountName, memberRole } from './accounts.ts'
import { isoDate } from './identifiers.ts'

/** A member of a publisher. */
export const member = z.object({ account: accountName, role: memberRole, since: isoDate }).meta({ id: 'Member' })

/**
 * How much publishing asks for a second factor: as each member wants it, or a code or an automation token, or a code
 * each time. Workflows that are trusted publish without one.
 */
export const publishPolicy = z.enum(['none', 'automation', 'always'])

export const proofMethod = z.enum(['dns', 'well-known'])

/** A host name with at least one dot. */
export const domainName = z
  .string()
  .max(253)
  .regex(
    /^(?=.*[a-z])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'Expected a domain name.',
  )

/** A domain that a publisher showed to be its own. */
export const verifiedDomain = z
  .object({ domain: domainName, method: proofMethod, provenAt: isoDate })
  .meta({ id: 'VerifiedDomain' })

/** What a domain must show, in one of two places, and how far that is. */
export const namespaceProof = z
  .object({
    domain: domainName,
    challenge: z.string(),
    /** Put a TXT record with `value` at `name`. */
    dns: z.object({ name: z.string(), value: z.string() }),
    /** Or serve this JSON document at this URL. */
    wellKnown: z.object({ url: z.string(), document: z.record(z.string(), z.string()) }),
    verified: verifiedDomain.optional(),
    checkedAt: isoDate.optional(),
    /** Since when the domain no longer shows it. */
    failingSince: isoDate.optional(),
  })
  .meta({ id: 'NamespaceProof' })

/** A package without a scope, or with one. */
export const packageName = z
  .string()
  .max(214)
  .regex(/^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/, 'Expected the name of a package.')

/** What the registry thinks of a name that somebody wants to publish for the first time. */
export const nameVerdict = z
  .object({
    name: z.string(),
    verdict: z.enum(['taken', 'free', 'reserved', 'held']),
    /** The name it looks like. */
    similarTo: z.string().optional(),
    /** From 0 (the same) up; a name is held below 1. */
    distance: z.number().optional(),
  })
  .meta({ id: 'NameVerdict' })

export const reservedName = z
  .object({ name: z.string().max(214), reason: z.string(), createdAt: isoDate })
  .meta({ id: 'ReservedName' })

export const trustKind = z.enum(['github', 'gitlab', 'oidc'])

/** Claims that an identity token must carry, exactly; `file` names the workflow inside a reference to it. */
export const trustClaims = z.record(
  z.string().min(1).max(100),
  z.union([z.string().min(1).max(500), z.strictObject({ file: z.string().min(1).max(200) })]),
)

export const trustPermission = z.enum(['createPackage', 'createStagedPackage'])

/** Whose workflow may publish a package without a token. */
export const trust = z
  .object({
    id: z.uuid(),
    package: packageName,
    kind: trustKind,
    issuer: z.string(),
    claims: trustClaims,
    permissions: z.array(trustPermission),
    createdAt: isoDate,
  })
  .meta({ id: 'TrustedPublisher' })

export const trustRequest = z.strictObject({
  kind: trustKind,
  /** Who vouches for the identity; known for GitHub and gitlab.com. */
  issuer: z
    .url({ protocol: /^https?$/ })
    .max(300)
    .optional(),
  claims: trustClaims,
  permissions: z.array(trustPermission).min(1).default(['createPackage']),
})

export type Member = z.infer<typeof member>
export type PublishPolicy = z.infer<typeof publishPolicy>
export type ProofMethod = z.infer<typeof proofMethod>
export type VerifiedDomain = z.infer<typeof verifiedDomain>
export type NamespaceProof = z.infer<typeof namespaceProof>
export type NameVerdict = z.infer<typeof nameVerdict>
export type ReservedName = z.infer<typeof reservedName>
export type TrustKind = z.infer<typeof trustKind>
export type TrustClaims = z.infer<typeof trustClaims>
export type Trust = z.infer<typeof trust>
export type TrustRequest = z.input<typeof trustRequest>
