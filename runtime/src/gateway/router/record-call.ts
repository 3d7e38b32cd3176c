import { errorCode } from '@nexus/plugin-api'
import type { AuditOutcome, AuditTrail } from '../../audit/audit.ts'
import type { CallUse } from '../../sandbox/sandbox.ts'
import type { Call } from '../call.ts'
import type { Upstream } from '../upstream/upstream.ts'

/** Writes what became of a call into the audit trail. */
export function recordCall(
  audit: Pick<AuditTrail, 'record'>,
  call: Call,
  action: string,
  upstream: Upstream,
  name: string,
  startedAt: number,
  outcome: {
    readonly outcome: AuditOutcome
    readonly error?: unknown
    readonly rule?: string
    /** What the call used, where the upstream can tell. */
    readonly use?: CallUse | undefined
    /** Answered without asking the upstream. */
    readonly cached?: boolean
  },
): void {
  const { virtualServer } = call.target
  const { ancestry } = call
  // Members are set one by one: this runs for every call.
  const details: Record<string, string | number | boolean> = {
    upstream: upstream.label,
    era: call.era,
    durationMs: Math.round((performance.now() - startedAt) * 100) / 100,
  }
  if (ancestry !== undefined) {
    details['depth'] = ancestry.depth
    const via = ancestry.chain.at(-1)
    if (via !== undefined) details['via'] = via
  }
  if (virtualServer !== undefined) details['virtualServer'] = virtualServer
  if (outcome.error !== undefined) details['code'] = errorCode(outcome.error) ?? 'UNKNOWN'
  if (outcome.rule !== undefined) details['rule'] = outcome.rule
  if (outcome.cached === true) details['cached'] = true
  if (outcome.use !== undefined) addUse(details, outcome.use)
  audit.record({
    workspaceId: call.principal.workspaceId,
    actor: call.principal.id,
    action,
    target: `${upstream.pluginId}:${name}`,
    outcome: outcome.outcome,
    requestId: call.requestId,
    details,
  })
}

function addUse(details: Record<string, string | number | boolean>, use: CallUse): void {
  const { cpuMicroseconds, heapBytes, capabilityCalls, bytesIn, bytesOut } = use
  if (cpuMicroseconds !== undefined) details['cpuUs'] = Math.round(cpuMicroseconds)
  // Memory is looked at now and then: 0 says that nobody has looked yet.
  if (heapBytes !== undefined && heapBytes !== 0) details['heapBytes'] = heapBytes
  details['capabilityCalls'] = capabilityCalls
  details['bytesIn'] = bytesIn
  details['bytesOut'] = bytesOut
}
