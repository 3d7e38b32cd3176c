import type { PolicyContext } from './context.ts'
import type { PolicyCall } from './decide.ts'

/** The reason is in the plugin's log; here stands that a policy failed, and in which call. */
export function recordFailure(context: PolicyContext, call: PolicyCall, rule: string, error: unknown): void {
  const failure = error instanceof Error && error.cause instanceof Error ? error.cause.message : 'unknown'
  context.audit.record({
    workspaceId: call.workspaceId,
    actor: call.principal.id,
    action: 'policy.failed',
    target: `${call.pluginId}:${call.tool}`,
    outcome: 'failed',
    requestId: call.requestId,
    details: { rule, failure },
  })
}
