import { NexusError } from '@nexus/plugin-api'
import type { AuditTrail } from '../audit/audit.ts'
import type { BrokerInstallation } from './broker.ts'

const MINUTE_MS = 60_000
/** Denials of one installation recorded one by one within a minute; a flood of more is recorded as a number. */
const RECORDS_PER_MINUTE = 60

/** Refused for want of a grant, or because a limit was reached. */
export type Refusal = 'denied' | 'limited'

type RecordDenial = (
  refusal: Refusal,
  capability: string,
  code: string,
  requestId: string | undefined,
  error: unknown,
) => void

/** Writes refused capability calls to the audit trail, without letting a plugin flood it. */
export function createDenialAudit(installation: BrokerInstallation, audit: Pick<AuditTrail, 'record'>): RecordDenial {
  let minute = Date.now()
  let recorded = 0
  let suppressed = 0
  return (refusal, capability, code, requestId, error) => {
    if (Date.now() - minute >= MINUTE_MS) {
      minute = Date.now()
      recorded = 0
    }
    if (recorded >= RECORDS_PER_MINUTE) {
      suppressed += 1
      return
    }
    recorded += 1
    audit.record({
      workspaceId: installation.workspaceId,
      actor: `plugin:${installation.pluginId}`,
      action: `capability.${refusal}`,
      target: `${installation.pluginId}:${capability.slice(0, 64)}`,
      outcome: 'denied',
      requestId: requestId ?? installation.id,
      details: {
        installationId: installation.id,
        code,
        ...factsOf(error),
        ...(suppressed === 0 ? {} : { suppressed }),
      },
    })
    suppressed = 0
  }
}

function factsOf(error: unknown): Record<string, string | number | boolean> {
  if (!(error instanceof NexusError)) return {}
  const facts: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(error.details)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') facts[name] = value
  }
  return facts
}
