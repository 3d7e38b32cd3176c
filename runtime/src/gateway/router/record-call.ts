import { errorCode } from '@nexus/plugin-api'
import type { AuditOutcome, AuditTrail } from '../../audit/audit.ts'
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
  outcome: { readonly outcome: AuditOutcome; readonly error?: unknown; readonly rule?: string },
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
    },
  })
}
