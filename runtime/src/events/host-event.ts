import type { HostEventName, HostEvents } from '@nexus/plugin-api'
import type { AuditEvent } from '../audit/audit.ts'
import type { Upstream, UpstreamChange } from '../gateway/upstream/upstream.ts'
import type { StateChange } from '../kernel/ports.ts'
import type { PublishedEvent } from './event.ts'

// What the host tells plugins, read off what it writes down and shows anyway: there is one record of each fact, not two.

function hostEvent<Name extends HostEventName>(
  workspaceId: string,
  name: Name,
  payload: HostEvents[Name],
  depth = 0,
): PublishedEvent {
  return { workspaceId, name, source: 'host', payload: JSON.stringify(payload), at: new Date(), depth }
}

/** Audited actions on an installation that plugins may hear of. */
const INSTALLATION_EVENTS: Readonly<
  Record<string, 'plugin.installed' | 'plugin.updated' | 'plugin.removed' | 'config.changed'>
> = {
  'plugin.installed': 'plugin.installed',
  'plugin.updated': 'plugin.updated',
  'plugin.removed': 'plugin.removed',
  'plugin.reconfigured': 'config.changed',
}

/** `undefined` for everything that is nobody's business. */
export function eventOfAudit({ workspaceId, action, target, outcome, details = {} }: AuditEvent) {
  if (workspaceId === undefined) return undefined
  if (action === 'tool.called' || action === 'tool.denied') {
    const { durationMs, depth } = details
    const payload = { tool: target, outcome, durationMs: typeof durationMs === 'number' ? durationMs : 0 }
    return hostEvent(workspaceId, 'tool.called', payload, typeof depth === 'number' ? depth : 0)
  }
  const name = Object.hasOwn(INSTALLATION_EVENTS, action) ? INSTALLATION_EVENTS[action] : undefined
  if (name === undefined || outcome !== 'ok') return undefined
  const [plugin = '', version = ''] = target.split('@')
  return hostEvent(workspaceId, name, { plugin, version, installation: String(details['installation'] ?? '') })
}

/** States on the way to another are not told. */
export function eventOfState({ entry, state, reason, swap }: StateChange): PublishedEvent | undefined {
  if (swap !== undefined) return undefined
  if (state !== 'active' && state !== 'stopped' && state !== 'failed' && state !== 'held' && state !== 'quarantined')
    return undefined
  const { installationId: installation, pluginId: plugin, version, workspaceId } = entry
  const payload = { plugin, version, installation, state, ...(reason === undefined ? {} : { code: reason.code }) }
  return hostEvent(workspaceId, 'plugin.state', payload)
}

/** A single resource's change concerns who subscribed to it in MCP, not plugins. */
export function eventOfUpstream(
  { workspaceId, label, pluginId }: Pick<Upstream, 'workspaceId' | 'label' | 'pluginId'>,
  { kind }: UpstreamChange | { readonly kind: 'added' | 'removed' },
): PublishedEvent | undefined {
  if (kind === 'resource') return undefined
  return hostEvent(workspaceId, 'upstream.changed', { upstream: label, plugin: pluginId, change: kind })
}
