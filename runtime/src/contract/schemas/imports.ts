import { z } from 'zod'
import { isoDate } from './common.ts'

// Servers of the MCP Registry and MCPB bundles, on the way to an installation of `nexus/stdio` or `nexus/remote`.

const sourceName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'Expected 1 to 40 of a-z 0-9 -.')

/** A registry that servers are imported from. `own` is the one this host uses for plugins. */
export const serverSource = z.object({
  name: sourceName,
  url: z.string(),
  /** Whether it may be inside the own network. */
  allowPrivate: z.boolean(),
})

export const serverSourceRequest = z.strictObject({
  name: sourceName.refine((name) => name !== 'own', 'This name is the registry of the host.'),
  url: z.url({ protocol: /^https?$/ }).max(500),
  allowPrivate: z.boolean().default(false),
})

export const importableQuery = z.object({
  source: sourceName.optional(),
  search: z.string().max(200).optional(),
  cursor: z.string().max(500).optional(),
})

/** An entry of a registry; every text in it is a stranger's. */
export const importableServer = z.object({
  name: z.string(),
  version: z.string(),
  title: z.string().optional(),
  description: z.string(),
  status: z.enum(['active', 'deprecated', 'deleted']),
  updatedAt: isoDate.optional(),
  websiteUrl: z.string().optional(),
  repository: z.string().optional(),
  /** Ways to run it, as the entry names them: `npm`, `mcpb`, `remote`, … */
  offers: z.array(z.string()),
})

export const importablePage = z.object({ items: z.array(importableServer), nextCursor: z.string().optional() })

/** What a person fills in before a server can run. */
export const importInput = z.object({
  /** Stable within the plan. */
  key: z.string(),
  title: z.string(),
  description: z.string().optional(),
  kind: z.enum(['text', 'number', 'boolean', 'choice', 'path']),
  /** Given as the name of a secret of the workspace, never as a value. */
  secret: z.boolean(),
  required: z.boolean(),
  default: z.string().optional(),
  placeholder: z.string().optional(),
  choices: z.array(z.string()).optional(),
})

/** One way to run the server here, or why there is none. */
export const importOption = z.object({
  /** Position among the ways the entry offers. */
  index: z.int(),
  /** `npm @scope/name@1.2.3`, `https://…`, `bundle …`. */
  title: z.string(),
  pluginId: z.string().optional(),
  inputs: z.array(importInput),
  /** What the person should know before. */
  notes: z.array(z.enum(['network-closed', 'sse', 'signature-not-checked', 'runs-on-host', 'platform'])),
  refusal: z.object({ code: z.string(), message: z.string() }).optional(),
})

/** Which server: an entry of a registry, or a bundle that was uploaded before. */
const reference = z.union([
  z.strictObject({
    source: sourceName.default('own'),
    name: z.string().max(200),
    version: z.string().max(255).default('latest'),
  }),
  z.strictObject({ bundle: z.string().regex(/^[0-9a-f]{64}$/) }),
  z.strictObject({
    bundleUrl: z.url({ protocol: /^https?$/ }).max(2000),
    fileSha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
])

export const importPlanRequest = z.strictObject({ server: reference })

export const importPlan = z.object({
  name: z.string(),
  version: z.string(),
  title: z.string().optional(),
  description: z.string(),
  options: z.array(importOption),
})

export const serverImportRequest = z.strictObject({
  server: reference,
  option: z.int().min(0).max(40),
  /** Texts by key of input. */
  values: z.record(z.string(), z.string().max(4000)).default({}),
  /** Names of secrets of the workspace by key of input. */
  secrets: z.record(z.string(), z.string().max(200)).default({}),
})

/** What to install, with these settings: the plan of an installation shows what it may touch. */
export const importConfiguration = z.object({
  pluginId: z.string(),
  version: z.string().optional(),
  config: z.record(z.string(), z.unknown()),
  label: z.string(),
})

export const bundleQuery = z.object({ fileSha256: z.string().regex(/^[0-9a-f]{64}$/) })
export const heldBundle = z.object({ bundle: z.string(), plan: importPlan })
