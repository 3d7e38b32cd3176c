/* oxlint-disable max-lines -- one vocabulary of the whole API: whoever looks for a shape looks here */
import { z } from 'zod'

// Schemas of the admin API. Browser-safe: zod only, no Node. The server validates with them, the UI takes its types.

export * from './metering-schemas.ts'

const id = z.string().min(1).max(80)
const isoDate = z.iso.datetime()
const reach = z.enum(['none', 'scoped', 'broad'])

/** RFC 9457 problem document; every error of the API looks like this. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  requestId: z.string(),
  /** Field path to what is wrong with it, for 422. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})

export const capabilityStrip = z.object({
  network: reach,
  files: reach,
  secrets: reach,
  tools: reach,
  processes: reach,
  panels: reach,
  events: reach,
  schedules: reach,
})

export const role = z.enum(['admin', 'workspace-admin', 'member', 'publisher', 'auditor'])

export const me = z.object({
  user: z.object({ id, email: z.string(), displayName: z.string() }),
  workspace: z.object({ id, name: z.string(), title: z.string() }),
  roles: z.array(role),
  permissions: z.array(z.string()),
  host: z.object({ version: z.string(), publicUrl: z.string(), mcpUrl: z.string(), developerMode: z.boolean() }),
})

export const setupState = z.object({ needed: z.boolean() })
export const setupRequest = z.strictObject({
  token: z.string().min(1).max(200),
  email: z.email().max(254),
  displayName: z.string().trim().min(1).max(80),
  password: z.string().min(1).max(1024),
})
export const signInRequest = z.strictObject({
  email: z.string().min(1).max(254),
  password: z.string().min(1).max(1024),
})

/** One link of the chain from publisher to running code, in the order in which it is checked. */
export const chainLink = z.object({
  layer: z.enum(['bytes', 'publisher', 'registry', 'host']),
  state: z.enum(['verified', 'unknown', 'failed']),
  /** Who vouches, for example a key fingerprint; empty when nobody. */
  by: z.string(),
  at: isoDate.optional(),
  detail: z.string(),
})

/** One permission in words: what, how far, why, and the concrete targets. */
export const permissionView = z.object({
  /** Something that must not be overlooked: the process reaches everything the machine reaches. */
  alert: z.enum(['whole-network']).optional(),
  family: z.enum(['network', 'files', 'secrets', 'tools', 'processes', 'panels', 'events', 'schedules']),
  reach,
  /** Concrete targets, for example `api.github.com:443 GET`; empty when they come from configuration not yet given. */
  targets: z.array(z.string()),
  /** Config field the targets come from. */
  fromConfig: z.string().optional(),
  reason: z.string(),
  optional: z.boolean(),
})

/** A config field as the manifest declares it, texts in the asked language. */
export const configFieldView = z.looseObject({
  name: z.string(),
  type: z.enum(['string', 'number', 'boolean', 'strings', 'secret', 'secrets']),
  title: z.string(),
  description: z.string().optional(),
  required: z.boolean(),
})

export const toolView = z.object({
  name: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  readOnly: z.boolean().optional(),
  destructive: z.boolean().optional(),
  inputSchema: z.record(z.string(), z.unknown()).optional(),
})

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

/** Where plugin code runs and how much of everything it may use; data of `sandbox-profiles/`. */
export const sandboxProfileView = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  tier: z.enum(['isolate', 'worker', 'process']),
  memoryMb: z.int(),
  cpuMsPerCall: z.int(),
  wallMsPerCall: z.int(),
  /** Copies of the code that may serve calls side by side; in the worker tier its threads. */
  instances: z.int(),
})
const profileName = z.string().max(40)

export const installPlanRequest = z.strictObject({
  pluginId: z.string(),
  version: z.string().optional(),
  /** Sandbox profile; the one that the plugin asks for when absent. */
  profile: profileName.optional(),
  config: z.record(z.string(), z.unknown()).default({}),
})
/** What would happen. `consentDigest` names exactly this; an install with another digest is refused. */
export const installPlan = z.object({
  pluginId: z.string(),
  version: z.string(),
  bundleDigest: z.string(),
  chain: z.array(chainLink),
  permissions: z.array(permissionView),
  config: z.array(configFieldView),
  /** What is missing or wrong in the given config. */
  configErrors: z.array(z.object({ path: z.string(), message: z.string() })),
  /** Concrete hosts whose private addresses may be allowed by the admin. */
  networkTargets: z.array(
    z.object({ host: z.string(), port: z.int(), scheme: z.enum(['https', 'http']), methods: z.array(z.string()) }),
  ),
  /** The sandbox it would run in. */
  sandbox: marketplacePlugin.shape.sandbox.extend({
    /** False when this tier needs the operator's trust in the publisher and does not have it: installing is refused. */
    allowed: z.boolean(),
  }),
  newSigner: z.boolean(),
  consentDigest: z.string(),
})
export const installRequest = z.strictObject({
  pluginId: z.string(),
  version: z.string(),
  consentDigest: z.string(),
  /** Sandbox profile; the one that the plugin asks for when absent. */
  profile: profileName.optional(),
  config: z.record(z.string(), z.unknown()).default({}),
  /** `host:port` entries of the plan whose private addresses are allowed. */
  allowPrivateAddresses: z.array(z.string().max(300)).max(64).default([]),
  /** Prefix of exposed names; default from the plugin's name. */
  label: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,32}$/)
    .optional(),
})
/** Settings given here are put over the present ones. */
export const updatePlanRequest = z.strictObject({
  version: z.string().optional(),
  config: z.record(z.string(), z.unknown()).default({}),
})
export const updateRequest = z.strictObject({
  version: z.string(),
  consentDigest: z.string(),
  config: z.record(z.string(), z.unknown()).default({}),
  /** `host:port` targets whose private addresses are allowed; the present ones when absent. */
  allowPrivateAddresses: z.array(z.string().max(300)).max(64).optional(),
})

export const jobStep = z.object({
  name: z.enum(['download', 'verify', 'unpack', 'grant', 'start', 'healthy']),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
})
export const job = z.object({
  id,
  state: z.enum(['running', 'done', 'failed']),
  steps: z.array(jobStep),
  installationId: z.string().optional(),
  problem: problem.optional(),
})

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

/** What stands between a process and the machine. */
export const containmentView = z.object({
  level: z.enum(['none', 'limits', 'contained']),
  /** Layers in force, for example `bubblewrap`, `seccomp`, `egress-proxy`. */
  layers: z.array(z.string()),
  /** Why a layer is missing and how to get it, one sentence each. */
  missing: z.array(z.string()),
})

export const upstreamView = z.object({
  id: z.string(),
  label: z.string(),
  kind: z.enum(['isolate', 'worker', 'process', 'remote']),
  state: z.enum(['idle', 'connecting', 'ready', 'failed']),
  lastError: z.object({ code: z.string(), message: z.string(), at: isoDate }).optional(),
  /** Only while a process runs for it. */
  process: z
    .object({
      containment: containmentView,
      /** The process and everything it started. */
      usage: z.object({ processes: z.int(), residentBytes: z.int(), cpuMs: z.int() }).optional(),
    })
    .optional(),
  tools: z.array(toolView),
  resources: z.int(),
  prompts: z.int(),
})

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

/** What an installed plugin does without anybody calling it. */
export const backgroundView = z.object({
  schedules: z.array(
    z.object({
      name: z.string(),
      /** Five fields: minute, hour, day, month, day of the week. */
      cron: z.string(),
      timeZone: z.string(),
      reason: z.string(),
      /** Absent while the plugin does not run. */
      nextRunAt: isoDate.optional(),
      running: z.boolean(),
      /** The last run that ended. */
      lastRun: z.object({ at: isoDate, outcome: z.enum(['ok', 'failed']), code: z.string().optional() }).optional(),
      runs: z.int(),
      failures: z.int(),
    }),
  ),
  /** Names it was granted, and numbers since the host started. */
  events: z.object({
    hears: z.array(z.string()),
    sends: z.array(z.string()),
    sent: z.int(),
    delivered: z.int(),
    failed: z.int(),
    /** Never delivered: the queue was full, the plugin stopped, or events answered events too deeply. */
    dropped: z.int(),
    queued: z.int(),
  }),
})

export const prefixMode = z.enum(['always', 'conditional', 'never'])
export const virtualTool = z.strictObject({
  upstream: z.string().min(1).max(64),
  tool: z.string().min(1).max(200),
  as: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,64}$/)
    .optional(),
  description: z.string().max(2000).optional(),
})
export const virtualServerRequest = z.strictObject({
  name: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/),
  title: z.string().trim().min(1).max(80),
  description: z.string().max(400).default(''),
  prefixMode: prefixMode.default('conditional'),
  tools: z.array(virtualTool).max(2000),
})
export const virtualServerChange = virtualServerRequest.omit({ name: true }).partial()
export const virtualServerView = z.object({
  id,
  name: z.string(),
  title: z.string(),
  description: z.string(),
  prefixMode,
  tools: z.array(virtualTool),
  url: z.string(),
  /** Names as a client sees them, with the tool each stands for. */
  effective: z.array(z.object({ exposed: z.string(), upstream: z.string(), tool: z.string() })),
  /** What does not work, for example a tool that is gone or two tools of one name. */
  problems: z.array(z.object({ code: z.string(), message: z.string() })),
  createdAt: isoDate,
})

export const tokenRequest = z.strictObject({
  name: z.string().trim().min(1).max(80),
  scopes: z.array(z.string()).min(1).max(20),
  /** Days until it expires; `null` for never. */
  expiresInDays: z.int().min(1).max(3650).nullable(),
  virtualServer: z.string().optional(),
})
export const tokenView = z.object({
  id,
  name: z.string(),
  hint: z.string(),
  scopes: z.array(z.string()),
  virtualServer: z.string().optional(),
  owner: z.string(),
  createdAt: isoDate,
  expiresAt: isoDate.optional(),
  lastUsedAt: isoDate.optional(),
  revoked: z.boolean(),
})
/** The only answer that ever holds the token itself. */
export const createdToken = tokenView.extend({ token: z.string() })

export const secretPut = z.strictObject({ value: z.string().min(1).max(65_536) })
export const secretView = z.object({
  name: z.string(),
  version: z.int(),
  updatedAt: isoDate,
  usedBy: z.array(z.string()),
})

export const policyRuleRequest = z.strictObject({
  role: z.union([role, z.literal('*')]),
  plugin: z.string().min(1).max(110),
  tool: z.string().min(1).max(128),
  effect: z.enum(['allow', 'deny']),
})
export const policyRuleView = policyRuleRequest.extend({ id, createdAt: isoDate })

export const userRequest = z.strictObject({
  email: z.email().max(254),
  displayName: z.string().trim().min(1).max(80),
  password: z.string().min(1).max(1024),
  role,
})
export const userChange = z.strictObject({ disabled: z.boolean().optional(), role: role.optional() })
export const userView = z.object({
  id,
  email: z.string(),
  displayName: z.string(),
  disabled: z.boolean(),
  roles: z.array(role),
  createdAt: isoDate,
})

export const workspaceRequest = z.strictObject({
  name: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/),
  title: z.string().trim().min(1).max(80),
})
export const workspaceView = z.object({ id, name: z.string(), title: z.string(), createdAt: isoDate })

export const workspaceRootChange = z.strictObject({
  path: z.string().min(1).max(1000).describe('Absolute path of a folder on the host.'),
  access: z.enum(['read', 'read-write']).default('read'),
})
export const workspaceRootView = z.object({
  name: z.string().describe('Plugins see the folder as `$workspace/<name>`.'),
  path: z.string(),
  access: z.enum(['read', 'read-write']),
  createdAt: isoDate,
})

export const auditQuery = z.object({
  actor: z.string().optional(),
  action: z.string().optional(),
  target: z.string().optional(),
  outcome: z.enum(['ok', 'denied', 'failed']).optional(),
  requestId: z.string().optional(),
  before: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})
export const auditRecordView = z.object({
  sequence: z.int(),
  at: isoDate,
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  outcome: z.enum(['ok', 'denied', 'failed']),
  requestId: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})

export const overview = z.object({
  calls: z.object({ lastHour: z.int(), failedLastHour: z.int(), p95Ms: z.number().nullable() }),
  /** Sixty entries, oldest first. */
  perMinute: z.array(z.object({ at: isoDate, calls: z.int(), failed: z.int() })),
  clients: z.int(),
  installations: z.object({ active: z.int(), failed: z.int(), total: z.int() }),
  /** What waits for a person. */
  attention: z.array(
    z.object({ installationId: z.string(), displayName: z.string(), code: z.string(), message: z.string() }),
  ),
  recent: z.array(auditRecordView),
  /** Steps of the first five minutes and whether they are done. */
  checklist: z.object({ pluginInstalled: z.boolean(), tokenCreated: z.boolean(), firstCall: z.boolean() }),
})

export const diagnosis = z.object({
  name: z.string(),
  state: z.enum(['ok', 'warning', 'failed']),
  found: z.string(),
  /** What to do; empty when nothing. */
  mend: z.string(),
})

/** Who is believed, as data: the host's pinned keys. */
export const trustView = z.object({
  registryUrl: z.string(),
  registryKeys: z.array(z.object({ keyId: z.string(), publicKey: z.string() })),
  publishers: z.array(
    z.object({
      id: z.string(),
      keys: z.array(z.object({ keyId: z.string(), publicKey: z.string() })),
      pinnedAt: isoDate,
      /** Its code may run in worker threads, which are not a security boundary. */
      workers: z.boolean(),
    }),
  ),
})
export const trustChange = z.strictObject({ workers: z.boolean() })

/** The bootable state of the host: how long each plugin took to start. */
export const bootEntry = z.object({
  pluginId: z.string(),
  installationId: z.string(),
  state: pluginState,
  milliseconds: z.number(),
})
