import type { AuditTrail } from '../audit/audit.ts'
import type { Upstream, UpstreamTable } from '../gateway/upstream/upstream.ts'
import type { EventHub } from './event-hub.ts'
import { eventOfAudit, eventOfUpstream } from './host-event.ts'

/** By far the most frequent, and seldom heard. */
const TOOL_ACTIONS: ReadonlySet<string> = new Set(['tool.called', 'tool.denied'])

/** The audit trail, read along for host events. */
export function announceAudit<Trail extends Pick<AuditTrail, 'record'>>(audit: Trail, hub: EventHub): Trail {
  return {
    ...audit,
    record(event) {
      audit.record(event)
      const { action, details, workspaceId } = event
      if (TOOL_ACTIONS.has(action) && (workspaceId === undefined || !hub.hears(workspaceId, 'tool.called'))) return
      if (action === 'plugin.removed') hub.forget(String(details?.['installation']))
      const announced = eventOfAudit(event)
      if (announced !== undefined) hub.publish(announced)
    },
  }
}

/** Tells of changes of upstreams until disposed. */
export function announceUpstreams(table: UpstreamTable, hub: EventHub): Disposable {
  // An upstream that was removed is no longer in the table when the change is told.
  const known = new Map<string, Upstream>()
  return table.onChange((_workspaceId, upstreamId, change) => {
    const upstream = table.get(upstreamId) ?? known.get(upstreamId)
    if (upstream === undefined) return
    if (change.kind === 'removed') known.delete(upstreamId)
    else known.set(upstreamId, upstream)
    const announced = eventOfUpstream(upstream, change)
    if (announced !== undefined) hub.publish(announced)
  })
}
