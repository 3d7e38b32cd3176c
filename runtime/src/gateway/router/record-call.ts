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
  },
): void {
  const { virtualServer } = call.target
  const { ancestry } = call
  const via = ancestry?.chain.at(-1)
  const code = outcome.error === undefined ? undefined : (errorCode(outcome.error) ?? 'UNKNOWN')
  audit.record({
    workspaceId: call.principal.workspaceId,
    actor: call.principal.id,
    action,
    target: `${upstream.pluginId}:${name}`,
    outcome: outcome.outcome,
    requestId: call.requestId,
    details: {
      upstream: upstream.label,
      era: call.era,
      durationMs: Math.round((performance.now() - startedAt) * 100) / 100,
      ...(ancestry === undefined ? {} : { depth: ancestry.depth }),
      ...(via === undefined ? {} : { via }),
      ...(virtualServer === undefined ? {} : { virtualServer }),
      ...(code === undefined ? {} : { code }),
      ...(outcome.rule === undefined ? {} : { rule: outcome.rule }),
      ...(outcome.use === undefined ? {} : useDetails(outcome.use)),
    },
  })
}

function useDetails({ cpuMicroseconds, heapBytes, capabilityCalls, bytesIn, bytesOut }: CallUse) {
  return {
    ...(cpuMicroseconds === undefined ? {} : { cpuUs: Math.round(cpuMicroseconds) }),
    // Memory is looked at now and then: 0 says that nobody has looked yet.
    ...(heapBytes === undefined || heapBytes === 0 ? {} : { heapBytes }),
    capabilityCalls,
    bytesIn,
    bytesOut,
  }
}
