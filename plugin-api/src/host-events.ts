import { z } from 'zod'

const plugin = z.string().describe('`publisher/plugin`')
const version = z.string()
const installation = z.string().describe('Id of the installation in this workspace.')

/**
 * What the host tells plugins about: a closed list, each with the schema of its payload. All of it is of the plugin's
 * own workspace. No payload holds arguments, results, configuration, secrets or who called.
 */
export const hostEvents = {
  /** A tool was called, by a client or by another plugin; also when a policy denied it. */
  'tool.called': z.strictObject({
    tool: z.string().describe('`publisher/plugin:tool`'),
    outcome: z.enum(['ok', 'failed', 'denied']),
    durationMs: z.number(),
  }),
  /** A plugin was installed and runs. */
  'plugin.installed': z.strictObject({ plugin, version, installation }),
  /** An installation runs another version. */
  'plugin.updated': z.strictObject({ plugin, version, installation }),
  /** An installation is gone, with its storage. */
  'plugin.removed': z.strictObject({ plugin, version, installation }),
  /** An installation entered a state that lasts. */
  'plugin.state': z.strictObject({
    plugin,
    version,
    installation,
    state: z.enum(['active', 'stopped', 'failed', 'held', 'quarantined']),
    code: z.string().optional().describe('Why, when it is not active.'),
  }),
  /** What an upstream offers, or whether it answers, has changed. */
  'upstream.changed': z.strictObject({
    upstream: z.string().describe('Label of the upstream, as in exposed names.'),
    plugin,
    change: z.enum(['added', 'removed', 'tools', 'prompts', 'resources', 'state']),
  }),
  /** Somebody changed the configuration of an installation. */
  'config.changed': z.strictObject({ plugin, version, installation }),
} as const

/** Name of a host event. */
export type HostEventName = keyof typeof hostEvents

/** Host event to payload. */
export type HostEvents = { readonly [Name in HostEventName]: Readonly<z.infer<(typeof hostEvents)[Name]>> }

/** True for an event of the host's own; the names of plugins' events have three or more parts. */
export function isHostEvent(name: string): name is HostEventName {
  return Object.hasOwn(hostEvents, name)
}

/** What the names of a plugin's own events begin with: `acme/site-watch` emits `acme.site-watch.…`. */
export function eventPrefix(pluginId: string): string {
  return `${pluginId.replace('/', '.')}.`
}
