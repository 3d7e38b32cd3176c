import { z } from 'zod'
import { id, profileName } from './common.ts'
import { marketplacePlugin } from './marketplace.ts'
import { chainLink, configFieldView, permissionView } from './plugin.ts'
import { problem } from './problem.ts'
import { policyRefusal } from './trust.ts'

// From the plan to the job that carries it out.

const label = z.string().regex(/^[a-zA-Z0-9_-]{1,32}$/)

export const installPlanRequest = z.strictObject({
  pluginId: z.string(),
  version: z.string().optional(),
  /** Sandbox profile; the one that the plugin asks for when absent. */
  profile: profileName.optional(),
  /** Prefix of exposed names; refused when it is taken. */
  label: label.optional(),
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
  /** Why the policy of this host refuses it: installing would fail. Empty when it does not. */
  policy: z.array(policyRefusal),
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
  label: label.optional(),
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
