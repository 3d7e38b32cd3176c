import { z } from 'zod'
import { configSchema } from './config-field.ts'
import { type ContributionPoint, contributionPoints } from './contribution.ts'
import { eventPrefix } from './host-events.ts'
import { permissionsSchema } from './permission.ts'
import { localizedText } from './text.ts'
import { templateVariables } from './uri-template.ts'

/** The five plugin kinds and the contribution points each may use. */
export const pluginKinds = {
  'mcp-adapter': ['upstreams', 'tools', 'resources', 'prompts'],
  'auth-provider': ['authProviders'],
  connector: ['tools', 'resources', 'prompts', 'connectors'],
  'policy-pack': ['policies'],
  'ui-panel': ['panels', 'tools'],
} as const satisfies Record<string, readonly ContributionPoint[]>

/** One of the five plugin kinds. */
export type PluginKind = keyof typeof pluginKinds

/** `publisher/name`: what a plugin is called everywhere. The npm package is `@publisher/name`. */
export const PLUGIN_ID = /^[a-z0-9](?:[a-z0-9-]{0,37}[a-z0-9])?\/[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/

/** Semantic version in canonical form, without build metadata. Source: semver.org 2.0.0. */
export const PLUGIN_VERSION =
  /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?$/

const limits = z.strictObject({
  memoryMb: z.int().min(8).max(512).optional().describe('Heap of the isolate in MiB.'),
  cpuMsPerCall: z.int().min(10).max(60_000).optional().describe('CPU time one call may burn, in milliseconds.'),
  wallMsPerCall: z.int().min(100).max(600_000).optional().describe('Longest a call may take, in milliseconds.'),
  concurrentCalls: z.int().min(1).max(256).optional().describe('Calls that may run at once.'),
})

const filePath = z.string().regex(/^(?!.*(^|\/)\.\.?(\/|$))[a-zA-Z0-9._/-]{1,200}$/)

const base = {
  $schema: z.string().optional(),
  manifestVersion: z.literal(1),
  id: z.string().regex(PLUGIN_ID, 'Expected `publisher/name` in lower case.'),
  version: z.string().max(64).regex(PLUGIN_VERSION, 'Expected a canonical semantic version without build metadata.'),
  displayName: localizedText(60),
  description: localizedText(300),
  license: z.string().min(1).max(80).describe('SPDX licence expression.'),
  homepage: z
    .url({ protocol: /^https$/ })
    .max(300)
    .optional(),
  repository: z
    .url({ protocol: /^https$/ })
    .max(300)
    .optional(),
  keywords: z
    .array(z.string().regex(/^[a-z0-9-]{1,30}$/))
    .max(16)
    .default([]),
  engines: z.strictObject({
    nexus: z
      .string()
      .max(60)
      .refine((range) => range.trim() !== '*' && range.trim() !== '', {
        message: 'Expected a semver range other than `*`.',
      }),
  }),
  main: filePath.default('dist/index.js').describe('The bundled ECMAScript module inside the bundle.'),
  icon: filePath.regex(/\.(png|webp)$/).optional(),
  permissions: permissionsSchema.default({}),
  optionalPermissions: permissionsSchema.default({}),
  config: configSchema.default({}),
  sandbox: z
    .strictObject({
      profile: z
        .string()
        .regex(/^[a-z][a-z0-9-]{0,39}$/)
        .default('standard'),
      limits: limits.default({}),
    })
    .default({ profile: 'standard', limits: {} }),
}

function contributes<const Points extends readonly ContributionPoint[]>(points: Points) {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `fromEntries` forgets which point has which schema
  const shape = Object.fromEntries(
    points.map((point) => [point, z.array(contributionPoints[point]).max(500).default([])]),
  ) as unknown as { [Point in Points[number]]: z.ZodDefault<z.ZodArray<(typeof contributionPoints)[Point]>> }
  return z.strictObject(shape)
}

/** The manifest of a plugin (`nexus.plugin.json`), version 1: everything people and tools may know before code runs. */
export const manifestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...base,
    kind: z.literal('mcp-adapter'),
    contributes: contributes(pluginKinds['mcp-adapter']).extend({
      toolsDynamic: z.boolean().default(false).describe('The adapter learns its tools at run time.'),
      resourcesDynamic: z.boolean().default(false).describe('The adapter learns its resources at run time.'),
      promptsDynamic: z.boolean().default(false).describe('The adapter learns its prompts at run time.'),
    }),
  }),
  z.strictObject({ ...base, kind: z.literal('auth-provider'), contributes: contributes(pluginKinds['auth-provider']) }),
  z.strictObject({ ...base, kind: z.literal('connector'), contributes: contributes(pluginKinds.connector) }),
  z.strictObject({ ...base, kind: z.literal('policy-pack'), contributes: contributes(pluginKinds['policy-pack']) }),
  z.strictObject({ ...base, kind: z.literal('ui-panel'), contributes: contributes(pluginKinds['ui-panel']) }),
])

/** A parsed manifest, defaults filled in. */
export type PluginManifest = z.output<typeof manifestSchema>

/** A manifest as an author writes it. */
export type PluginManifestInput = z.input<typeof manifestSchema>

/** One thing wrong with a manifest. */
export interface ManifestIssue {
  /** Dotted path into the manifest, for example `permissions.network.0.host`. */
  readonly path: string
  readonly message: string
}

/** Everything that must hold between parts of a manifest and that no single field can say. */
export function crossCheckManifest(manifest: PluginManifest): readonly ManifestIssue[] {
  const issues: ManifestIssue[] = []
  for (const [family, entries] of [
    ...Object.entries(manifest.permissions),
    ...Object.entries(manifest.optionalPermissions),
  ]) {
    entries?.forEach((entry, index) => {
      const field =
        'fromConfig' in entry ? entry.fromConfig : family === 'secrets' && 'name' in entry ? entry.name : undefined
      if (field === undefined) return
      const declared = manifest.config[field]
      const path = `permissions.${family}.${index}`
      if (declared === undefined)
        issues.push({ path, message: `Expected a config field named \`${field}\`, found none.` })
      else if (family === 'secrets' && declared.type !== 'secret' && declared.type !== 'secrets')
        issues.push({
          path,
          message: `Expected config field \`${field}\` to be of type secret, found ${declared.type}.`,
        })
    })
  }
  issues.push(...eventIssues(manifest), ...scheduleIssues(manifest), ...completionIssues(manifest))
  for (const [point, entries] of Object.entries(manifest.contributes)) {
    if (!Array.isArray(entries)) continue
    const names = entries.map((entry: { readonly name: string }) => entry.name)
    names.forEach((name, index) => {
      if (names.indexOf(name) !== index)
        issues.push({
          path: `contributes.${point}.${index}`,
          message: `Expected unique names, found \`${name}\` twice.`,
        })
    })
  }
  return issues
}

/** Nobody may send events in another plugin's name. */
function eventIssues({ id, permissions, optionalPermissions }: PluginManifest): readonly ManifestIssue[] {
  const prefix = eventPrefix(id)
  return [
    ...(permissions.events ?? []).map((entry, index) => ({ entry, path: `permissions.events.${index}` })),
    ...(optionalPermissions.events ?? []).map((entry, index) => ({
      entry,
      path: `optionalPermissions.events.${index}`,
    })),
  ].flatMap(({ entry: { event, direction }, path }) =>
    direction === 'subscribe' || (event.startsWith(prefix) && event.length > prefix.length)
      ? []
      : [{ path, message: `Expected an event of this plugin's own, \`${prefix}…\`, found \`${event}\`.` }],
  )
}

function scheduleIssues({ permissions, optionalPermissions }: PluginManifest): readonly ManifestIssue[] {
  const names = [...(permissions.schedules ?? []), ...(optionalPermissions.schedules ?? [])].map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice === undefined) return []
  return [{ path: 'permissions.schedules', message: `Expected unique names, found \`${twice}\` twice.` }]
}

/** Arguments and variables of one plugin for which values are suggested. */
const MAX_COMPLETIONS = 1000

/** Values can be suggested only for what the entry itself names. */
function completionIssues({ contributes: offered }: PluginManifest): readonly ManifestIssue[] {
  const entries = [
    ...('prompts' in offered ? offered.prompts : []).map((prompt, index) => ({
      path: `contributes.prompts.${index}.completions`,
      completions: prompt.completions,
      known: (prompt.arguments ?? []).map(({ name }) => name),
    })),
    ...('resources' in offered ? offered.resources : []).map((resource, index) => ({
      path: `contributes.resources.${index}.completions`,
      completions: 'completions' in resource ? resource.completions : undefined,
      known: 'uriTemplate' in resource ? templateVariables(resource.uriTemplate) : [],
    })),
  ]
  const total = entries.reduce((sum, { completions = [] }) => sum + completions.length, 0)
  if (total > MAX_COMPLETIONS)
    return [{ path: 'contributes', message: `Expected at most ${MAX_COMPLETIONS} completions in all, found ${total}.` }]
  return entries.flatMap(({ path, completions = [], known }) =>
    completions
      .filter((name) => !known.includes(name))
      .map((name) => ({
        path,
        message: `Expected names of ${known.length === 0 ? 'arguments or variables' : known.join(', ')}, found \`${name}\`.`,
      })),
  )
}

/** The outcome of reading a manifest. */
export type ManifestParse =
  | { readonly ok: true; readonly manifest: PluginManifest }
  | { readonly ok: false; readonly issues: readonly ManifestIssue[] }

/** Reads a manifest from parsed JSON: the schema, then what must hold between its parts. */
export function parseManifest(value: unknown): ManifestParse {
  const parsed = manifestSchema.safeParse(value)
  if (!parsed.success) {
    return {
      ok: false,
      issues: parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
    }
  }
  const issues = crossCheckManifest(parsed.data)
  return issues.length === 0 ? { ok: true, manifest: parsed.data } : { ok: false, issues }
}

/** JSON Schema 2020-12 of the manifest, for editors. */
export function manifestJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(manifestSchema, { io: 'input', target: 'draft-2020-12', reused: 'ref' })
}
