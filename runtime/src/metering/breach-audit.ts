import type { AuditTrail } from '../audit/audit.ts'
import type { SandboxBreach } from '../sandbox/sandbox.ts'
import { BREACH_RECORDS_PER_MINUTE } from './limits.ts'

const MINUTE_MS = 60_000

/** The installation that an audit record is about. */
export interface Breacher {
  readonly installationId: string
  readonly workspaceId: string
  readonly pluginId: string
}

/** Writes crossed limits to the audit trail, without letting a plugin flood it. */
export function createBreachAudit(
  breacher: Breacher,
  audit: Pick<AuditTrail, 'record'>,
  now: () => number = Date.now,
): (breach: SandboxBreach) => void {
  let minute = now()
  let recorded = 0
  let suppressed = 0
  return ({ code, limit, value, requestId }) => {
    if (now() - minute >= MINUTE_MS) {
      minute = now()
      recorded = 0
    }
    if (recorded >= BREACH_RECORDS_PER_MINUTE) {
      suppressed += 1
      return
    }
    recorded += 1
    audit.record({
      workspaceId: breacher.workspaceId,
      actor: `plugin:${breacher.pluginId}`,
      action: 'limit.breached',
      target: `${breacher.pluginId}:${limit ?? 'crash'}`,
      outcome: 'failed',
      requestId: requestId ?? breacher.installationId,
      details: {
        installation: breacher.installationId,
        code,
        ...(limit === undefined ? {} : { limit }),
        ...(value === undefined ? {} : { value }),
        ...(suppressed === 0 ? {} : { suppressed }),
      },
    })
    suppressed = 0
  }
}
