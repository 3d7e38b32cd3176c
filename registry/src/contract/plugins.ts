import {
  PERMISSION_FAMILIES,
  PLUGIN_ID,
  type PermissionFamily,
  type PluginManifest,
  permissionsSchema,
  pluginKinds,
} from '@nexus/plugin-api'
import { z } from 'zod'
import { bundleDigest, fileDigest, isoDate, pluginVersion, publisherId } from './identifiers.ts'
import { loggedRecord } from './log.ts'
import { verifiedDomain } from './namespaces.ts'
import { provenanceBundle, signatureBundle } from './signature-bundle.ts'

const pluginKind = z.enum(Object.keys(pluginKinds) as [keyof typeof pluginKinds, ...(keyof typeof pluginKinds)[]]) // oxlint-disable-line typescript/no-unsafe-type-assertion -- the keys of a constant table

const localized = z.union([z.string(), z.record(z.string(), z.string())])

/** A plugin in a list, as its newest release describes it. */
export const pluginSummary = z
  .object({
    id: z.string().regex(PLUGIN_ID),
    publisher: z.object({ id: publisherId, displayName: z.string(), verified: verifiedDomain.optional() }),
    kind: pluginKind,
    displayName: localized,
    description: localized,
    keywords: z.array(z.string()),
    permissions: permissionsSchema,
    latestVersion: pluginVersion,
    publishedAt: isoDate,
    downloads: z.int(),
  })
  .meta({ id: 'PluginSummary' })

/** A release in a list. */
export const releaseSummary = z
  .object({
    id: z.string().regex(PLUGIN_ID),
    version: pluginVersion,
    bundleDigest,
    size: z.int(),
    publishedAt: isoDate,
    /** Withdrawn from resolving; the bytes stay for those who pinned them. */
    yanked: z.boolean(),
    yankReason: z.string().optional(),
    /** Stopped everywhere, for good. */
    revoked: z.object({ at: isoDate, reason: z.string() }).optional(),
    /** A warning of the publisher to whoever uses it. */
    deprecated: z.string().optional(),
    /** Staged roll-out, set by the publisher: only this share of hosts takes it by itself. All of them when absent. */
    rollout: z.object({ percent: z.int().min(0).max(100) }).optional(),
  })
  .meta({ id: 'ReleaseSummary' })

/**
 * A manifest as the registry tells it. Not parsed here: whoever acts on it reads the signed one out of the bundle.
 */
const manifest = z
  .custom<PluginManifest>((value) => typeof value === 'object' && value !== null)
  .meta({
    override: { type: 'object', description: 'The manifest, `nexus.plugin.json`, with defaults filled in.' },
  })

/** A plugin's page. */
export const pluginDetail = pluginSummary
  .extend({
    versions: z.array(releaseSummary),
    /** Version by channel (the dist-tags of the package). */
    channels: z.record(z.string(), pluginVersion).optional(),
    manifest,
    bundleDigest,
    size: z.int(),
    /** Rendered and sanitized once, at publish; empty when the bundle has no README. */
    readmeHtml: z.string(),
    changelogHtml: z.string(),
  })
  .meta({ id: 'PluginDetail' })

/** What the registry's static checks found in a release. `held` is here because a moderator let it through. */
const releaseScan = z
  .object({
    verdict: z.enum(['passed', 'flagged', 'held']),
    findings: z.array(
      z.object({
        code: z.string(),
        severity: z.enum(['error', 'warning']),
        /** Path below `package/`. */
        file: z.string(),
        line: z.int().optional(),
        message: z.string(),
      }),
    ),
  })
  .meta({ id: 'ReleaseScan' })

/** One release with everything that a host needs to verify it. */
export const releaseDetail = releaseSummary
  .extend({
    publisher: publisherId,
    manifest,
    manifestDigest: fileDigest,
    toolsDigest: fileDigest,
    /** Channels that mean this release now. */
    channels: z.array(z.string()).optional(),
    /** Where the log says that it was published, with the proof. */
    log: loggedRecord.optional(),
    signatures: z.object({
      publish: signatureBundle,
      admission: signatureBundle,
      /** Where and from what a build service says it was built. */
      provenance: provenanceBundle.optional(),
    }),
    /** The registry's signature as npm's clients check it: over `@id@version:integrity`. */
    distSignature: z.object({ keyid: z.string().max(100), sig: z.string().max(200) }).optional(),
    /** What the static checks found; absent for releases from before there were any. */
    scan: releaseScan.optional(),
  })
  .meta({ id: 'ReleaseDetail' })

const permissionFamily = z.enum(PERMISSION_FAMILIES as [PermissionFamily, ...PermissionFamily[]]) // oxlint-disable-line typescript/no-unsafe-type-assertion -- the keys of a constant table

/** How far a plugin's origin is known: signed by its publisher, or a build service vouches for it too. */
const trustLevel = z.enum(['signed', 'provenance'])

const counts = z.record(z.string(), z.int())

/** What to look for. All given members must match. */
export const searchQuery = z.strictObject({
  q: z.string().max(200).optional(),
  kind: pluginKind.optional(),
  publisher: publisherId.optional(),
  /** Family of permissions that the newest release asks for. */
  permission: permissionFamily.optional(),
  trust: trustLevel.optional(),
  /** `relevance` is how well the words fit, then how often it was downloaded. */
  sort: z.enum(['newest', 'name', 'downloads', 'relevance']).default('newest'),
  /** `nextCursor` of the page before. */
  cursor: z
    .string()
    .regex(/^[0-9]{1,6}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})

export const searchResult = z.object({
  items: z.array(pluginSummary),
  total: z.int(),
  nextCursor: z.string().optional(),
  /** How many have each value; values of a filter that is set are counted as if it were not. */
  facets: z.object({ kind: counts, publisher: counts, permission: counts, trust: counts }).optional(),
})

/** A label that moves from version to version: a dist-tag of the package. */
export const channelName = z
  .string()
  .regex(/^[A-Za-z][\w.-]{0,63}$/, 'Expected a letter, then up to 63 of A-Z 0-9 _ . -.')

/** Which version a range means, or a channel. With both, the channel decides and the range must hold. */
export const resolveQuery = z.strictObject({ range: z.string().max(100).default('*'), channel: channelName.optional() })

/** Why somebody does it; everybody can read it. */
const reason = z.string().trim().min(1).max(1000)

export const channelRequest = z.strictObject({ version: pluginVersion })
export const deprecateRequest = z.strictObject({ message: reason })
export const revokeRequest = z.strictObject({ reason })
export const yankQuery = z.strictObject({ reason: reason.optional() })
export const signatureRequest = z.strictObject({ signature: signatureBundle })

/** A version that waits for its author's or a moderator's decision. */
export const stagedVersion = z
  .object({
    id: z.uuid(),
    packageName: z.string(),
    version: z.string(),
    channel: z.string(),
    bundleDigest,
    size: z.int(),
    /** Only a moderator may approve it. */
    held: z.boolean(),
    reason: z.string(),
    stagedAt: isoDate,
    stagedBy: z.string(),
  })
  .meta({ id: 'StagedVersion' })

export const stagedList = z.object({ items: z.array(stagedVersion) })
export const rejectRequest = z.strictObject({ reason })

/** How far a roll-out has come. */
export const rolloutRequest = z.strictObject({ percent: z.int().min(0).max(100) })

export const publishRequest = z.strictObject({
  /** Answer of the upload. */
  uploadId: z.uuid(),
  /** The publisher's statement about the uploaded bytes. Judged with them: a malformed one uses the upload up, too. */
  signature: z
    .unknown()
    .optional()
    .meta({ description: 'A `SignatureBundle`; anything else, or none, is refused with SIGNATURE_MALFORMED.' }),
  /** SLSA provenance of the build, about these very bytes. */
  provenance: provenanceBundle.optional(),
})

/** The answer to an upload: not yet a release, and gone after an hour. */
export const upload = z.object({ uploadId: z.uuid(), bundleDigest, size: z.int(), expiresAt: isoDate })

export type PluginSummary = z.infer<typeof pluginSummary>
export type PluginDetail = z.infer<typeof pluginDetail>
export type ReleaseSummary = z.infer<typeof releaseSummary>
export type ReleaseDetail = z.infer<typeof releaseDetail>
/** A query as a client writes it. */
export type SearchQuery = Partial<z.output<typeof searchQuery>>
export type SearchResult = z.infer<typeof searchResult>
export type PublishRequest = z.infer<typeof publishRequest>
export type Upload = z.infer<typeof upload>
export type StagedVersion = z.infer<typeof stagedVersion>
