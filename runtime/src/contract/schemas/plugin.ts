import { z } from 'zod'
import { isoDate, reach } from './common.ts'

// What is said about a plugin wherever it is shown.

export const capabilityStrip = z.object({
  network: reach,
  files: reach,
  secrets: reach,
  tools: reach,
  processes: reach,
  panels: reach,
  events: reach,
  schedules: reach,
  client: reach,
})

/** One link of the chain from publisher to running code, in the order in which it is checked. */
export const chainLink = z.object({
  layer: z.enum(['bytes', 'publisher', 'provenance', 'registry', 'log', 'tuf', 'policy', 'host']),
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
  family: z.enum(['network', 'files', 'secrets', 'tools', 'processes', 'panels', 'events', 'schedules', 'client']),
  reach,
  /** Concrete targets, for example `api.github.com:443 GET`; empty when they come from configuration not yet given. */
  targets: z.array(z.string()),
  /** Config field the targets come from. */
  fromConfig: z.string().optional(),
  /** The configuration given leaves its field empty: nothing is granted. Absent where no configuration is known. */
  unused: z.boolean().optional(),
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
