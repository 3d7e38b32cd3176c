import { PLUGIN_ID } from '@nexus/plugin-api'
import { z } from 'zod'
import { bundleDigest, fileDigest, isoDate, pluginVersion, publisherId } from './identifiers.ts'
import { keyId } from './keys.ts'

/** Leaves in one answer. */
const MAX_LOG_PAGE = 500

const release = { id: z.string().regex(PLUGIN_ID), version: pluginVersion }
/** Why somebody did it, in their words. */
const reason = z.string().max(2000)
const withdrawn = <Kind extends string>(kind: Kind) => z.strictObject({ kind: z.literal(kind), ...release, reason })

/** What happened, as the log keeps it. One entry an event; nothing that happened is without one. */
export const logEntry = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('release.published'),
      ...release,
      bundleDigest,
      /** `digestSignature` of the publisher's and of the registry's signature bundle. */
      publisherSignatureDigest: fileDigest,
      admissionDigest: fileDigest,
    }),
    withdrawn('release.yanked'),
    withdrawn('release.unyanked'),
    withdrawn('release.deprecated'),
    withdrawn('release.revoked'),
    z.strictObject({
      kind: z.literal('channel.moved'),
      id: release.id,
      channel: z.string().min(1).max(64),
      /** `null`: the channel is gone. */
      version: pluginVersion.nullable(),
    }),
    z.strictObject({ kind: z.literal('key.added'), publisherId, keyId }),
    z.strictObject({ kind: z.literal('key.revoked'), publisherId, keyId }),
    z.strictObject({
      kind: z.literal('owner.added'),
      publisherId,
      accountId: z.string().min(1).max(64),
      role: z.string().min(1).max(40),
    }),
    z.strictObject({
      kind: z.literal('owner.removed'),
      publisherId,
      accountId: z.string().min(1).max(64),
      role: z.string().min(1).max(40),
    }),
    z.strictObject({ kind: z.literal('namespace.proven'), publisherId, method: z.string().min(1).max(40) }),
    z.strictObject({
      kind: z.literal('advisory.published'),
      advisoryId: z.string().min(1).max(64),
      id: release.id,
      /** Semver range of the versions it is about. */
      range: z.string().min(1).max(200),
    }),
    z.strictObject({
      kind: z.literal('advisory.withdrawn'),
      advisoryId: z.string().min(1).max(64),
      id: release.id,
      reason,
    }),
  ])
  .meta({ id: 'LogEntry' })

/** What the log's key signs: the event, which log it is in, and when that was. In canonical JSON. */
export const logStatement = z.strictObject({ log: z.string().min(1).max(100), time: isoDate, entry: logEntry })

/** DSSE payload type of a `logStatement`. */
export const LOG_STATEMENT_TYPE = 'application/vnd.nexus.log-statement.v1+json'

const hexHash = z.string().regex(/^[0-9a-f]{64}$/)

/** One leaf of the log with everything it commits to. */
export const logRecord = z
  .object({
    index: z.int().min(0),
    /** The signed statement: canonical JSON of a `logStatement`. */
    statement: z.string().max(8192),
    /** The leaf itself: a Rekor `dsse` 0.0.1 entry over that statement, in canonical JSON. */
    body: z.string().max(8192),
    /** Seconds since 1970. */
    integratedTime: z.int(),
    /** The log's signature over body, index and time (Rekor's SET), in base64. */
    signedEntryTimestamp: z.base64().max(200),
  })
  .meta({ id: 'LogRecord' })

/** A C2SP signed note over a tree's size and root. */
export const checkpointNote = z.string().max(2000)

/** That a record is leaf `index` of the tree that the checkpoint signs (RFC 6962, 2.1.1). */
export const inclusionProof = z
  .object({ index: z.int().min(0), size: z.int().min(1), hashes: z.array(hexHash).max(64), checkpoint: checkpointNote })
  .meta({ id: 'InclusionProof' })

/** That the tree of size `from` is the beginning of the tree of size `to` (RFC 6962, 2.1.2). */
export const consistencyProof = z
  .object({ from: z.int().min(0), to: z.int().min(0), hashes: z.array(hexHash).max(128) })
  .meta({ id: 'ConsistencyProof' })

/** One release's place in the log, enough to check it without asking anybody. */
export const loggedRecord = z.object({ record: logRecord, proof: inclusionProof }).meta({ id: 'LoggedRecord' })

/** The log's name and key. */
export const logIdentity = z.object({ origin: z.string(), publicKey: z.string() }).meta({ id: 'LogIdentity' })

/** The log as it is now. */
export const logHead = logIdentity.extend({ size: z.int().min(0), checkpoint: checkpointNote }).meta({ id: 'LogHead' })

/** Leaves in order, and how many there are in all. */
export const logPage = z
  .object({ size: z.int().min(0), items: z.array(logRecord.extend({ checkpoint: checkpointNote })) })
  .meta({ id: 'LogPage' })

const position = z.coerce.number().int().min(0)

export const entriesQuery = z.strictObject({
  /** Index of the first leaf. */
  start: position.default(0),
  limit: z.coerce.number().int().min(1).max(MAX_LOG_PAGE).default(100),
})

/** A leaf by its index, or the one that published a release; in the log as it is, or as it was with `size` leaves. */
export const inclusionQuery = z.strictObject({
  index: position.optional(),
  id: release.id.optional(),
  version: release.version.optional(),
  size: position.optional(),
})

export const consistencyQuery = z.strictObject({ from: position, to: position })

/** Index of the last leaf that the caller has; absent: everything that comes from now on. */
export const feedQuery = z.strictObject({ after: z.coerce.number().int().min(-1).optional() })

export type LogHead = z.infer<typeof logHead>
export type LogPage = z.infer<typeof logPage>
export type LogEntry = z.infer<typeof logEntry>
export type LogStatement = z.infer<typeof logStatement>
export type LogRecord = z.infer<typeof logRecord>
export type InclusionProof = z.infer<typeof inclusionProof>
export type ConsistencyProof = z.infer<typeof consistencyProof>
export type LoggedRecord = z.infer<typeof loggedRecord>
export type LogIdentity = z.infer<typeof logIdentity>
