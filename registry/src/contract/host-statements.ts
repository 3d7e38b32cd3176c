import { PLUGIN_ID } from '@nexus/plugin-api'
import { z } from 'zod'
import { bundleDigest, isoDate, pluginVersion } from './identifiers.ts'
import { plainLine, plainText } from './texts.ts'

// What hosts vouch for. A statement is a compact JWS (Ed25519) of a host that the registry knows; its payload is one of these.

/** Type in the protected header of a statement. */
export const HOST_STATEMENT_TYPE = 'nexus-host-statement+jwt'

/**
 * A person without a name: HMAC-SHA-256 under a secret of the host over workspace, person and plugin. It says that the same
 * person speaks again about the same plugin, and nothing else: it differs from plugin to plugin and from host to host.
 */
const person = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

const common = {
  /** Key id of the registry the statement is for: it is worth nothing at another one. */
  registry: z.string().max(100),
  /** When the host signed. A statement never takes the place of a newer one. */
  signedAt: isoDate,
  plugin: z.string().regex(PLUGIN_ID),
  person,
}

/** The host says that the person's workspace has this release installed. */
const installation = z.strictObject({ version: pluginVersion, bundleDigest })

export const reportReason = z.enum(['spam', 'abuse', 'off-topic', 'privacy', 'malware', 'impersonation', 'other'])

export const hostStatement = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('review.put'),
    ...common,
    installation,
    rating: z.int().min(1).max(5),
    title: plainLine(100).optional(),
    text: plainText(4_000).optional(),
    /** Name to show; absent: no name. */
    author: plainLine(60).optional(),
  }),
  z.strictObject({ kind: z.literal('review.remove'), ...common }),
  z.strictObject({ kind: z.literal('review.mine'), ...common }),
  z.strictObject({ kind: z.literal('review.vote'), ...common, review: z.uuid(), helpful: z.boolean() }),
  z.strictObject({
    kind: z.literal('report.open'),
    ...common,
    /** The review that is reported; absent: the plugin itself. */
    review: z.uuid().optional(),
    reason: reportReason,
    text: plainText(1_000).optional(),
  }),
  z.strictObject({ kind: z.literal('review.appeal'), ...common, text: plainText(1_000) }),
])

/** Installations of one day, added up by the host over its workspaces. Nobody's name, no address, no time of day. */
export const statisticsStatement = z.strictObject({
  kind: z.literal('statistics.report'),
  registry: common.registry,
  signedAt: isoDate,
  day: z.iso.date(),
  installations: z
    .array(
      z.strictObject({
        plugin: z.string().regex(PLUGIN_ID),
        version: pluginVersion,
        count: z.int().min(1).max(100_000),
      }),
    )
    .max(500),
})

/** The envelope that hosts send. */
export const signedStatement = z.strictObject({
  statement: z
    .string()
    .max(64 * 1024)
    .regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/, 'Expected a compact JWS.'),
})

/** A host makes itself known with its public key; the statement of the same key proves that it has it. */
export const hostRegistration = z.strictObject({
  publicKey: z.string().max(500).startsWith('-----BEGIN PUBLIC KEY-----'),
  statement: signedStatement.shape.statement,
})

/** Payload of the statement inside a registration. */
export const registrationStatement = z.strictObject({
  kind: z.literal('host.register'),
  registry: common.registry,
  signedAt: isoDate,
})

export const knownHost = z.object({
  /** Fingerprint of the key. */
  id: z.string(),
  registeredAt: isoDate,
  blockedAt: isoDate.optional(),
})

export type HostStatement = z.infer<typeof hostStatement>
export type StatisticsStatement = z.infer<typeof statisticsStatement>
export type RegistrationStatement = z.infer<typeof registrationStatement>
