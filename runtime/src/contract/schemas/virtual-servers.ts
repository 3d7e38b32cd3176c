import { z } from 'zod'
import { id, isoDate } from './common.ts'
import { role } from './session.ts'

export const prefixMode = z.enum(['always', 'conditional', 'never'])

const label = z.string().min(1).max(64)
const uri = z.string().min(1).max(2000)
const exposedName = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/)
const words = { title: z.string().max(200).optional(), description: z.string().max(2000).optional() }

export const toolHints = z.strictObject({
  readOnlyHint: z.boolean().optional(),
  destructiveHint: z.boolean().optional(),
  idempotentHint: z.boolean().optional(),
  openWorldHint: z.boolean().optional(),
})

/** `default`: used when the caller gives none. `fixed`: always used, and hidden from callers. */
export const virtualArgument = z.union([
  z.strictObject({ default: z.unknown().refine((value) => value !== undefined) }),
  z.strictObject({ fixed: z.unknown().refine((value) => value !== undefined) }),
])

export const virtualTool = z.strictObject({
  upstream: label,
  /** The upstream's own name; `*` for all it has: tools, prompts and resources. */
  tool: z.string().min(1).max(200),
  as: exposedName.optional(),
  ...words,
  annotations: toolHints.optional(),
  arguments: z.record(z.string().min(1).max(200), virtualArgument).optional(),
})

export const virtualPrompt = z.strictObject({
  upstream: label,
  prompt: z.string().min(1).max(200),
  as: exposedName.optional(),
  ...words,
})

export const virtualResource = z.strictObject({ upstream: label, uri, ...words })
export const virtualTemplate = z.strictObject({ upstream: label, uriTemplate: uri, ...words })

export const entryKind = z.enum(['tool', 'prompt', 'resource', 'resourceTemplate'])

/** All that it says must fit; `*` in `upstream` and `name` stands for any run of characters. */
export const entryFilter = z.strictObject({
  kinds: z.array(entryKind).min(1).max(4).optional(),
  upstream: label.optional(),
  name: z.string().min(1).max(256).optional(),
  annotations: toolHints.optional(),
  tags: z.array(z.string().min(1).max(64)).min(1).max(32).optional(),
})

/** Neither says everybody. */
const audience = {
  roles: z.array(role).min(1).max(5).optional(),
  principals: z
    .array(z.string().regex(/^(user|token):[\w-]{1,80}$/))
    .min(1)
    .max(500)
    .optional(),
}

export const serverRule = z.strictObject({
  effect: z.enum(['allow', 'deny']),
  ...audience,
  ...entryFilter.shape,
})

/** `auto`: clients search when the server offers more tools than `above`, by default 60. */
export const toolSearchSetting = z.strictObject({
  mode: z.enum(['auto', 'always', 'never']),
  above: z.int().min(0).max(100_000).optional(),
})

const callsPerMinute = z.int().min(1).max(1_000_000)

/** What an editor decides about a virtual server. */
const definition = {
  title: z.string().trim().min(1).max(80),
  description: z.string().max(400).default(''),
  prefixMode: prefixMode.default('conditional'),
  tools: z.array(virtualTool).max(2000).default([]),
  prompts: z.array(virtualPrompt).max(2000).default([]),
  resources: z.array(virtualResource).max(2000).default([]),
  resourceTemplates: z.array(virtualTemplate).max(2000).default([]),
  /** Takes what fits, also what comes later. */
  include: z.array(entryFilter).max(100).default([]),
  /** Leaves out what fits, however it was taken. */
  exclude: z.array(entryFilter).max(100).default([]),
  access: z.strictObject(audience).default({}),
  rules: z.array(serverRule).max(100).default([]),
  /** Calls per minute. */
  rate: z.strictObject({ perPrincipal: callsPerMinute.optional(), total: callsPerMinute.optional() }).default({}),
  toolSearch: toolSearchSetting.default({ mode: 'auto' }),
}

export const virtualServerName = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/)

export const virtualServerRequest = z.strictObject({ name: virtualServerName, ...definition })

export const virtualServerChange = z.strictObject({
  title: definition.title.optional(),
  description: definition.description.unwrap().optional(),
  prefixMode: prefixMode.optional(),
  tools: definition.tools.unwrap().optional(),
  prompts: definition.prompts.unwrap().optional(),
  resources: definition.resources.unwrap().optional(),
  resourceTemplates: definition.resourceTemplates.unwrap().optional(),
  include: definition.include.unwrap().optional(),
  exclude: definition.exclude.unwrap().optional(),
  access: definition.access.unwrap().optional(),
  rules: definition.rules.unwrap().optional(),
  rate: definition.rate.unwrap().optional(),
  toolSearch: toolSearchSetting.optional(),
  /** The revision that was edited; refused when somebody else has changed the server since. */
  revision: z.int().min(1).optional(),
})

export const cloneServerRequest = z.strictObject({
  name: virtualServerName,
  title: definition.title.optional(),
})

const problem = z.object({ code: z.string(), message: z.string() })

export const virtualServerView = z.object({
  id,
  name: z.string(),
  title: z.string(),
  description: z.string(),
  prefixMode,
  tools: z.array(virtualTool),
  prompts: z.array(virtualPrompt),
  resources: z.array(virtualResource),
  resourceTemplates: z.array(virtualTemplate),
  include: z.array(entryFilter),
  exclude: z.array(entryFilter),
  access: z.strictObject(audience),
  rules: z.array(serverRule),
  rate: definition.rate.unwrap(),
  toolSearch: toolSearchSetting,
  /** Grows with every change. */
  revision: z.int(),
  url: z.string(),
  /** Names of tools as clients see them, with the tool each stands for. */
  effective: z.array(z.object({ exposed: z.string(), upstream: z.string(), tool: z.string() })),
  /** How much it offers, before anybody's rights are looked at. */
  offers: z.object({ tools: z.int(), prompts: z.int(), resources: z.int(), resourceTemplates: z.int() }),
  /** What does not work, for example a tool that is gone or two tools of one name. */
  problems: z.array(problem),
  createdAt: isoDate,
  updatedAt: isoDate,
})

/** Through whose eyes: one's own when neither is given. */
export const previewRequest = z.strictObject({
  /** A draft, saved or not. */
  server: virtualServerRequest,
  role: role.optional(),
  /** Id of a person with a role in the workspace. */
  user: z.string().min(1).max(80).optional(),
})

const listed = z.array(z.record(z.string(), z.unknown()))

export const serverPreview = z.object({
  /** False when this principal may not use the server at all. */
  access: z.boolean(),
  /** Whether clients get the tools of the search in place of the list; `sources` says what they find with them. */
  searched: z.boolean(),
  /** Lists as a client gets them, all pages together. */
  tools: listed,
  prompts: listed,
  resources: listed,
  resourceTemplates: listed,
  /** Where each of the server's tools and prompts comes from. */
  sources: z.array(
    z.object({
      kind: entryKind,
      exposed: z.string(),
      upstream: z.string(),
      original: z.string(),
      visible: z.boolean(),
    }),
  ),
  problems: z.array(problem),
})

export const toolSearchQuery = z.strictObject({
  query: z.string().min(1).max(400),
  /** Name of a virtual server; the workspace's own without. */
  server: virtualServerName.optional(),
  limit: z.coerce.number().int().min(1).max(50).default(10),
})

export const foundTool = z.object({
  /** As clients of the server see it. */
  name: z.string(),
  upstream: z.string(),
  tool: z.string(),
  title: z.string().optional(),
  description: z.string(),
})

export const duplicateTools = z.object({
  /** `same`: equal definitions; `alike`: equal names, and descriptions that say much the same. */
  kind: z.enum(['same', 'alike']),
  likeness: z.number().min(0).max(1),
  tools: z.array(z.object({ upstream: z.string(), tool: z.string(), description: z.string() })),
})

export const exportedServer = z.object({ file: z.string(), yaml: z.string() })

export const importRequest = z.strictObject({
  yaml: z.string().min(1).max(524_288),
  /** Another name than the file says. */
  name: virtualServerName.optional(),
  /** Change the server of that name when there is one. */
  replace: z.boolean().default(false),
})

export const importedServer = z.object({
  server: virtualServerView,
  created: z.boolean(),
  /** Labels in the file that no upstream of the workspace has. */
  missing: z.array(z.string()),
})

/** Something an upstream offers, to pick from. */
export const catalogEntry = z.object({
  kind: entryKind,
  /** Its own name or URI. */
  key: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  annotations: toolHints.optional(),
  tags: z.array(z.string()),
  inputSchema: z.record(z.string(), z.unknown()).optional(),
})

export const catalogView = z.object({
  upstream: z.string(),
  pluginId: z.string(),
  /** False while its lists could not be read. */
  known: z.boolean(),
  entries: z.array(catalogEntry),
})
