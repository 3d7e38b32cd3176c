import { z } from 'zod'
import { localizedText, visibleText } from './text.ts'

/** Grammar of an exposed tool or prompt name: what every known MCP client accepts. */
export const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/

const name = z.string().regex(TOOL_NAME, 'Expected 1 to 64 of A-Z a-z 0-9 _ -.')
const slug = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/)
const jsonObject = z.record(z.string(), z.json())
const objectSchema = z
  .looseObject({ type: z.literal('object') })
  .describe('JSON Schema 2020-12 of an object; network `$ref`s are refused.')
  .refine((schema) => !/"\$ref":"(?!#)/.test(JSON.stringify(schema)), {
    message: 'Expected `$ref` within the schema only.',
  })

/** Hints about a tool (MCP tool annotations); shown to people, never trusted for decisions. */
export const toolAnnotations = z.strictObject({
  title: visibleText(120).optional(),
  readOnlyHint: z.boolean().optional(),
  destructiveHint: z.boolean().optional(),
  idempotentHint: z.boolean().optional(),
  openWorldHint: z.boolean().optional(),
})

const iconSource = z
  .string()
  .max(100_000)
  .regex(
    /^(https:\/\/[^\s"'<>]+|data:image\/(png|jpeg|webp|svg\+xml);base64,[A-Za-z0-9+/=]+)$/,
    'Expected an https URL or a base64 `data:` image.',
  )

/** A picture that a client may show beside an entry. Source: MCP `Icon`. */
export const iconContribution = z.strictObject({
  src: iconSource,
  mimeType: z.string().max(120).optional(),
  sizes: z
    .array(z.string().regex(/^([1-9]\d{0,4}x[1-9]\d{0,4}|any)$/))
    .max(8)
    .optional()
    .describe('Sizes in pixels such as `48x48`, or `any`.'),
  theme: z.enum(['light', 'dark']).optional(),
})

const shown = { icons: z.array(iconContribution).max(8).optional(), _meta: jsonObject.optional() }

/** A tool whose definition is part of the signed manifest. Source: MCP `Tool`. */
export const toolContribution = z.strictObject({
  name,
  title: visibleText(120).optional(),
  description: visibleText(2000),
  inputSchema: objectSchema,
  outputSchema: objectSchema.optional(),
  annotations: toolAnnotations.optional(),
  ...shown,
})

/** For whom a resource is and how much it matters. Source: MCP `Annotations`. */
export const resourceAnnotations = z.strictObject({
  audience: z
    .array(z.enum(['user', 'assistant']))
    .max(2)
    .optional(),
  priority: z.number().min(0).max(1).optional(),
  lastModified: z.iso.datetime({ offset: true }).optional(),
})

const resource = {
  name,
  title: visibleText(120).optional(),
  description: visibleText(1000).optional(),
  mimeType: z.string().max(120).optional(),
  annotations: resourceAnnotations.optional(),
  ...shown,
}

const completions = z
  .array(z.string().min(1).max(64))
  .max(32)
  .optional()
  .describe('Names of arguments or variables for which the code suggests values.')

/** A resource with a fixed URI, or a template when `uriTemplate` is given (RFC 6570). Source: MCP `Resource`. */
export const resourceContribution = z.union([
  z.strictObject({
    uri: z.string().min(3).max(1000),
    size: z.int().min(0).optional().describe('Bytes, before any encoding.'),
    ...resource,
  }),
  z.strictObject({ uriTemplate: z.string().min(3).max(1000), completions, ...resource }),
])

/** A prompt template. Source: MCP `Prompt`. */
export const promptContribution = z.strictObject({
  name,
  title: visibleText(120).optional(),
  description: visibleText(1000).optional(),
  arguments: z
    .array(
      z.strictObject({
        name,
        title: visibleText(120).optional(),
        description: visibleText(500).optional(),
        required: z.boolean().optional(),
      }),
    )
    .max(32)
    .optional(),
  completions,
  ...shown,
})

/** An MCP server that the plugin connects the host to; its address comes from code at activation. */
export const upstreamContribution = z.strictObject({
  name: slug,
  transport: z.enum(['stdio', 'http']),
  title: localizedText(80),
})

/** A way to sign in. */
export const authProviderContribution = z.strictObject({
  name: slug,
  title: localizedText(80),
  flow: z.enum(['redirect', 'password']),
})

/** A named connection to an outside system, offered to other plugins. */
export const connectorContribution = z.strictObject({ name: slug, title: localizedText(80) })

/** A policy: asked before a call (`call`) or shown its result (`result`). */
export const policyContribution = z.strictObject({
  name: slug,
  title: localizedText(80),
  description: localizedText(1000),
  stage: z.enum(['call', 'result']),
})

/** A panel of the admin console: one HTML file of the bundle, shown in an isolated frame. */
export const panelContribution = z.strictObject({
  name: slug,
  title: localizedText(80),
  entry: z.string().regex(/^[a-z0-9][a-z0-9/._-]{0,199}\.html$/),
})

/**
 * Contribution points: where the host accepts what a plugin offers. Each is registered once, here; the manifest schema
 * is built from this table and the host's admission code is keyed by it.
 */
export const contributionPoints = {
  tools: toolContribution,
  resources: resourceContribution,
  prompts: promptContribution,
  upstreams: upstreamContribution,
  authProviders: authProviderContribution,
  connectors: connectorContribution,
  policies: policyContribution,
  panels: panelContribution,
} as const

/** Name of a contribution point. */
export type ContributionPoint = keyof typeof contributionPoints

/** A tool as the manifest declares it, or as an adapter defines it at run time. */
export type ToolContribution = z.infer<typeof toolContribution>
/** Hints about a tool. Source: MCP `ToolAnnotations`. */
export type ToolAnnotations = z.infer<typeof toolAnnotations>
/** A picture beside a tool, resource or prompt. */
export type IconContribution = z.infer<typeof iconContribution>
/** A resource or a resource template as the manifest declares it, or as an adapter defines it at run time. */
export type ResourceContribution = z.infer<typeof resourceContribution>
/** A prompt as the manifest declares it, or as an adapter defines it at run time. */
export type PromptContribution = z.infer<typeof promptContribution>
/** An MCP server that an adapter connects the host to. */
export type UpstreamContribution = z.infer<typeof upstreamContribution>
/** A way to sign in. */
export type AuthProviderContribution = z.infer<typeof authProviderContribution>
/** A named connection to an outside system. */
export type ConnectorContribution = z.infer<typeof connectorContribution>
/** A policy and the stage it is asked at. */
export type PolicyContribution = z.infer<typeof policyContribution>
/** A panel of the admin console. */
export type PanelContribution = z.infer<typeof panelContribution>
