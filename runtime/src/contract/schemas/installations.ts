import { z } from 'zod'
import { id, isoDate, profileName } from './common.ts'
import { marketplaceItem, marketplacePlugin } from './marketplace.ts'
import { capabilityStrip, chainLink, configFieldView, permissionView } from './plugin.ts'
import { releaseNotice } from './trust.ts'
import { upstreamView } from './upstreams.ts'

/** Lifecycle states of a plugin, as the kernel names them. */
export const pluginState = z.enum([
  'discovered',
  'verified',
  'granted',
  'starting',
  'active',
  'draining',
  'stopped',
  'failed',
  'held',
  'quarantined',
])

export const installationView = z.object({
  id,
  pluginId: z.string(),
  displayName: z.string(),
  description: z.string(),
  kind: marketplaceItem.shape.kind,
  version: z.string(),
  label: z.string(),
  enabled: z.boolean(),
  state: pluginState,
  /** Why it is failed, held or quarantined. */
  stateReason: z.object({ code: z.string(), message: z.string() }).optional(),
  /** Where the last update or change of settings stands, since the host started. */
  swap: z
    .object({
      /** `starting`: the old side serves. `probation`: the new one serves and is taken back if it fails. */
      phase: z.enum(['starting', 'probation', 'kept', 'rolled-back']),
      fromVersion: z.string(),
      toVersion: z.string(),
      at: isoDate,
      /** Why it was rolled back. */
      reason: z.object({ code: z.string(), message: z.string() }).optional(),
    })
    .optional(),
  /** What was said about its release after it was published: revoked (it is stopped), yanked or deprecated. */
  notice: releaseNotice.optional(),
  strip: capabilityStrip,
  usage: z.object({ calls: z.int(), errors: z.int(), cpuMs: z.number(), heapBytes: z.int() }),
  createdAt: isoDate,
  installedBy: z.string(),
})

/** Where a debugger attaches to a plugin. */
export const inspectorAddress = z.object({
  webSocketUrl: z.string(),
  /** For the address bar of Chrome. */
  devtoolsUrl: z.string(),
  /** Lists the target as Chrome's protocol does. */
  listUrl: z.string(),
})

/** One line of a plugin's log, or of the host about it. */
export const logLine = z.object({
  /** Counts up; `after` in the query, or `Last-Event-ID`, goes on behind it. */
  sequence: z.int(),
  at: isoDate,
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
})

export const installationDetail = installationView.extend({
  bundleDigest: z.string(),
  chain: z.array(chainLink),
  permissions: z.array(permissionView),
  config: z.array(configFieldView),
  configValues: z.record(z.string(), z.unknown()),
  /** `host:port` targets that may resolve to private addresses. */
  allowPrivateAddresses: z.array(z.string()),
  sandbox: marketplacePlugin.shape.sandbox,
  upstreams: z.array(upstreamView),
  log: z.array(logLine),
})

export const installationChange = z.strictObject({
  enabled: z.boolean().optional(),
  /** Another sandbox profile; the plugin is started in it before the old one goes. */
  profile: profileName.optional(),
  config: z.record(z.string(), z.unknown()).optional(),
  allowPrivateAddresses: z.array(z.string().max(300)).max(64).optional(),
})
