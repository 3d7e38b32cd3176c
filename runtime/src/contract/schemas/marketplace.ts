import { z } from 'zod'
import { id, isoDate } from './common.ts'
import { capabilityStrip, chainLink, configFieldView, permissionView, toolView } from './plugin.ts'

export const marketplaceItem = z.object({
  pluginId: z.string(),
  displayName: z.string(),
  description: z.string(),
  kind: z.enum(['mcp-adapter', 'auth-provider', 'connector', 'policy-pack', 'ui-panel']),
  publisher: z.object({ id, displayName: z.string(), trusted: z.boolean() }),
  version: z.string(),
  publishedAt: isoDate,
  downloads: z.int(),
  keywords: z.array(z.string()),
  strip: capabilityStrip,
  /** Installation in the caller's workspace, if there is one. */
  installation: z.object({ id, version: z.string(), state: z.string() }).optional(),
})

export const marketplaceQuery = z.object({
  q: z.string().max(200).optional(),
  kind: z.string().optional(),
  publisher: z.string().optional(),
  sort: z.enum(['relevance', 'newest', 'name', 'downloads']).optional(),
  language: z.string().max(20).optional(),
})

export const marketplaceList = z.object({ items: z.array(marketplaceItem), total: z.int() })

export const marketplacePlugin = marketplaceItem.extend({
  /** All installations in the caller's workspace. */
  installations: z.array(z.object({ id, label: z.string(), version: z.string(), state: z.string() })),
  license: z.string(),
  homepage: z.string().optional(),
  repository: z.string().optional(),
  readmeHtml: z.string(),
  sizeBytes: z.int(),
  bundleDigest: z.string(),
  versions: z.array(z.object({ version: z.string(), publishedAt: isoDate, yanked: z.boolean() })),
  permissions: z.array(permissionView),
  config: z.array(configFieldView),
  tools: z.array(toolView),
  toolsDynamic: z.boolean(),
  contributions: z.array(z.object({ point: z.string(), name: z.string(), title: z.string() })),
  sandbox: z.object({ profile: z.string(), tier: z.string(), memoryMb: z.int(), wallMsPerCall: z.int() }),
  /** The chain as this host checked it, not as the registry tells it. */
  chain: z.array(chainLink),
  verified: z.boolean(),
})
