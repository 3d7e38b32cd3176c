import { PLUGIN_ID } from '@nexus/plugin-api'
import { z } from 'zod'
import { isoDate, pluginVersion } from './identifiers.ts'
import { plainLine, plainText } from './texts.ts'

/** `NXSA-2026-0001`: this registry's number of an advisory. */
export const advisoryId = z.string().regex(/^NXSA-[0-9]{4}-[0-9]{4,9}$/, 'Expected NXSA-<year>-<number>.')

export const advisorySeverity = z.enum(['low', 'moderate', 'high', 'critical'])

const httpsAddress = z.url({ protocol: /^https$/ }).max(500)

/** What its author says of a vulnerability. */
export const advisoryRequest = z.strictObject({
  /** Affected versions, a semver range such as `>=1.0.0 <1.2.3`. */
  range: z.string().trim().min(1).max(200),
  severity: advisorySeverity,
  title: plainLine(200),
  text: plainText(10_000),
  /** First version that is not affected; absent while there is none. */
  fixedVersion: pluginVersion.optional(),
  /** The same vulnerability elsewhere. */
  aliases: z
    .array(z.string().regex(/^(?:CVE-[0-9]{4}-[0-9]{4,}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3})$/))
    .max(10)
    .default([]),
  /** Weaknesses, for example `CWE-79`. */
  cwe: z
    .array(z.string().regex(/^CWE-[0-9]{1,5}$/))
    .max(10)
    .default([]),
  /** CVSS 3 or 4 vector. */
  cvss: z
    .string()
    .max(200)
    .regex(/^CVSS:(?:3\.[01]|4\.0)(?:\/[A-Z]{1,3}:[A-Za-z]{1,10})+$/)
    .optional(),
  references: z.array(httpsAddress).max(20).default([]),
})

/** An advisory as everybody reads it. */
export const advisory = z
  .object({
    id: advisoryId,
    /** Name of the npm package; a plugin's is `@publisher/name`. */
    package: z.string(),
    /** The plugin, when the package is one. */
    plugin: z.string().regex(PLUGIN_ID).optional(),
    range: z.string(),
    severity: advisorySeverity,
    title: z.string(),
    text: z.string(),
    fixedVersion: pluginVersion.optional(),
    aliases: z.array(z.string()),
    cwe: z.array(z.string()),
    cvss: z.string().optional(),
    references: z.array(z.string()),
    publishedAt: isoDate,
    updatedAt: isoDate,
    /** A withdrawn advisory affects nothing; it stays readable. */
    withdrawnAt: isoDate.optional(),
    withdrawReason: z.string().optional(),
  })
  .meta({ id: 'Advisory' })

export const advisoryQuery = z.strictObject({
  package: z.string().max(214).optional(),
  /** Changed at or after this time, for those who keep a copy. Withdrawn ones are told too. */
  updated_since: isoDate.optional(),
  cursor: z
    .string()
    .regex(/^[0-9]{1,9}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})

export const advisoryList = z.object({ items: z.array(advisory), nextCursor: z.string().optional() })

export const withdrawRequest = z.strictObject({ reason: plainLine(500) })

/** What `npm audit` asks: versions by package name. */
export const bulkAdvisoryRequest = z.record(z.string().max(214), z.array(z.string().max(64)).max(1_000))

/** What `npm audit` expects: the advisories of each affected package. */
export const bulkAdvisoryAnswer = z.record(
  z.string(),
  z.array(
    z.object({
      id: z.int(),
      url: z.string(),
      title: z.string(),
      severity: advisorySeverity,
      vulnerable_versions: z.string(),
      cwe: z.array(z.string()),
      cvss: z.object({ score: z.number(), vectorString: z.string().nullable() }),
    }),
  ),
)

/** A CycloneDX document as the release carries it; read by whoever knows the format. */
export const sbomDocument = z
  .object({ bomFormat: z.literal('CycloneDX'), specVersion: z.string() })
  .loose()
  .meta({ id: 'CycloneDxDocument' })

export type Advisory = z.infer<typeof advisory>
export type AdvisoryRequest = z.input<typeof advisoryRequest>
export type AdvisoryList = z.infer<typeof advisoryList>
export type BulkAdvisoryRequest = z.infer<typeof bulkAdvisoryRequest>
export type BulkAdvisoryAnswer = z.infer<typeof bulkAdvisoryAnswer>
