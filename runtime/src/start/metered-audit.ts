import type { AuditTrail } from '../audit/audit.ts'
import type { CallMeter } from '../telemetry/index.ts'

/** The audit trail, read along for the readings of the overview: there is one record of each call, not two. */
export function meteredAudit(audit: AuditTrail, calls: CallMeter): AuditTrail {
  return {
    record(event) {
      audit.record(event)
      if (event.action !== 'tool.called' || event.workspaceId === undefined) return
      const durationMs = event.details?.['durationMs']
      calls.toolCalled({
        workspaceId: event.workspaceId,
        durationMs: typeof durationMs === 'number' ? durationMs : 0,
        failed: event.outcome !== 'ok',
      })
    },
    flush: () => audit.flush(),
    find: (query) => audit.find(query),
    [Symbol.asyncDispose]: () => audit[Symbol.asyncDispose](),
  }
}
