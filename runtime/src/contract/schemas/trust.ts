import { z } from 'zod'
import { id, isoDate } from './common.ts'

// Whom and what this host believes: pins, decisions that wait, and the policy.

const publisherName = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/)
const pluginName = z.string().regex(/^[a-z0-9-]{1,40}\/[a-z0-9._-]{1,100}$/)

/**
 * What may be installed and started here, beyond that every signature must hold. Everything is optional in the file; what
 * is not there has the value named here.
 */
export const trustPolicy = z.strictObject({
  version: z.literal(1).default(1),
  /**
   * `ask`: whoever installs the first plugin of a publisher sees its signer and pins it. `refuse`: only publishers that
   * were pinned before (`nexus trust pin`) can be installed.
   */
  newPublishers: z.enum(['ask', 'refuse']).default('ask'),
  /** Nothing of these publishers is installed, and what is installed does not start. */
  blockedPublishers: z.array(publisherName).max(500).default([]),
  /**
   * SLSA provenance of the build. `optional`: shown when there. `keep`: once a release of a plugin had it, later ones must
   * have it too, from the same repository. `required`: every release.
   */
  provenance: z.enum(['optional', 'keep', 'required']).default('keep'),
  /** A release must have been public for this long, so that others find out first. 0: no wait. */
  minimumReleaseAgeHours: z.int().min(0).max(8760).default(0),
  /** Publishers and plugins that need not wait: `acme`, `acme/weather`. */
  ageExceptions: z
    .array(z.union([publisherName, pluginName]))
    .max(500)
    .default(['nexus']),
  /** SPDX identifiers of licences; a release needs an expression that these satisfy. `null`: any. */
  licenses: z
    .array(z.string().regex(/^[A-Za-z0-9.+-]{1,60}$/))
    .max(200)
    .nullable()
    .default(null),
  /** Channels that releases may come from. `null`: any, and those in none. */
  channels: z.array(z.string().min(1).max(64)).max(50).nullable().default(null),
  /** The registry must have signed as npm's registry does as well. */
  requireDistSignature: z.boolean().default(true),
  /** The release must be in the registry's transparency log, and the log must be the one that was seen before, grown. */
  requireLog: z.boolean().default(true),
  /** The release must be a target of the registry's TUF metadata, which must be fresh. */
  requireTuf: z.boolean().default(true),
})

/** A change: what is given replaces what was; what is not stays. */
export const trustPolicyChange = trustPolicy.omit({ version: true }).partial()

/** Why the policy refuses a release, in words and as data. */
export const policyRefusal = z.object({
  rule: z.enum([
    'blockedPublishers',
    'newPublishers',
    'provenance',
    'minimumReleaseAgeHours',
    'licenses',
    'channels',
    'requireDistSignature',
    'requireLog',
    'requireTuf',
  ]),
  message: z.string(),
  expected: z.string(),
  found: z.string(),
})

/** A signer that a publisher never had here. Until a person decides, nothing that it signed is installed. */
export const signerDecision = z.object({
  id,
  publisherId: z.string(),
  /** A key's fingerprint, or an identity and its issuer. */
  signer: z.string(),
  kind: z.enum(['key', 'identity']),
  pluginId: z.string(),
  version: z.string(),
  seenAt: isoDate,
  state: z.enum(['waiting', 'rejected']),
})

export const signerAnswer = z.strictObject({ accept: z.boolean() })

/** Pins what the registry lists for a publisher, or exactly one identity of it. */
export const pinRequest = z.strictObject({
  /** The fingerprints that somebody compared with the publisher's own word; others that the registry lists stay out. */
  signers: z.array(z.string().max(900)).min(1).max(20),
})

/** The policy as it is in force, and what waits for a person. */
export const trustPolicyView = z.object({ policy: trustPolicy, decisions: z.array(signerDecision) })

/** What the registry says about signers of a publisher that is not pinned, for comparing. */
export const offeredSigners = z.object({
  publisherId: z.string(),
  signers: z.array(z.object({ signer: z.string(), kind: z.enum(['key', 'identity']), pinned: z.boolean() })),
})

/** Sigstore's `trusted_root.json`: who vouches for identities. */
export const sigstoreRoot = z.record(z.string(), z.unknown())

/** Why a release that is installed is not offered any more. */
export const releaseNotice = z.object({
  kind: z.enum(['revoked', 'yanked', 'deprecated']),
  reason: z.string(),
  at: isoDate,
})
