import { errorCode } from '@nexus/plugin-api'
import type { AuditTrail } from '../audit/audit.ts'
import type { SandboxLimits } from '../sandbox/profile.ts'
import type { CapabilityCall } from '../sandbox/sandbox.ts'
import type { BrokerInstallation } from './broker.ts'
import { createDenialAudit } from './denial-audit.ts'
import { reachedLimit } from './limit-reached.ts'
import type { CapabilityCounter } from './meter.ts'

const MINUTE_MS = 60_000

const deniedCodes: ReadonlySet<string> = new Set([
  'PERMISSION_DENIED',
  'NETWORK_DENIED',
  'FILE_DENIED',
  'SECRET_DENIED',
  'CAPABILITY_UNKNOWN',
])

type Refuse = (capability: string, counter: CapabilityCounter, call: CapabilityCall, error: unknown) => void

/**
 * Looks at what a call failed with. Missing grants and reached limits are counted, audited and, limits only, told to the
 * installation's observer; everything else is no refusal. A limit that stays reached is one breach per minute: whoever
 * runs into the same wall a thousand times has not done a thousand things.
 */
export function createRefusalDesk(installation: BrokerInstallation, audit: Pick<AuditTrail, 'record'>): Refuse {
  const record = createDenialAudit(installation, audit)
  const reported = new Map<keyof SandboxLimits, number>()
  const isNews = (limit: keyof SandboxLimits): boolean => {
    const last = reported.get(limit)
    const now = Date.now()
    if (last !== undefined && now - last < MINUTE_MS) return false
    reported.set(limit, now)
    return true
  }
  return (capability, counter, { requestId }, error) => {
    const code = errorCode(error)
    if (code === undefined) return
    if (deniedCodes.has(code)) {
      counter.denied += 1
      record('denied', capability, code, requestId, error)
      return
    }
    const reached = reachedLimit(error, installation.limits)
    if (reached === undefined) return
    counter.limited += 1
    if (!isNews(reached.limit)) return
    record('limited', capability, code, requestId, error)
    installation.observer?.breached?.({ code, ...reached, requestId })
  }
}
