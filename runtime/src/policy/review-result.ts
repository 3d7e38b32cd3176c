import type { JsonObject, PolicyEvent } from '@nexus/plugin-api'
import { askPolicy, policyName } from './ask-policy.ts'
import type { PolicyContext } from './context.ts'
import type { PolicyCall } from './decide.ts'
import { policyError } from './errors.ts'
import { recordFailure } from './record-failure.ts'

/** Passes a result through the policies, one after another: each sees what the one before it left. */
export async function reviewResult(context: PolicyContext, call: PolicyCall, result: JsonObject): Promise<JsonObject> {
  if (context.packs.missing(call.workspaceId) !== undefined) {
    throw policyError('POLICY_FAILED', 'Expected all policy packs of the workspace to run, found one that does not.')
  }
  let reviewed = result
  for (const policy of context.packs.policies(call.workspaceId, 'result')) {
    const rule = policyName(policy)
    const event: PolicyEvent = {
      stage: 'result',
      kind: call.kind,
      tool: `${call.pluginId}:${call.tool}`,
      result: reviewed,
      principal: { id: call.principal.id, roles: call.principal.roles },
    }
    const decision = await askPolicy(policy, 'result', JSON.stringify(event), call.requestId).catch(
      (error: unknown) => {
        recordFailure(context, call, rule, error)
        throw error
      },
    )
    if (decision.effect === 'deny') {
      throw policyError('POLICY_DENIED', `The result was denied by ${rule}: ${decision.reason}`, {
        details: { rule, reason: decision.reason },
      })
    }
    if (decision.effect === 'redact') {
      reviewed = decision.result
      context.audit.record({
        workspaceId: call.workspaceId,
        actor: call.principal.id,
        action: 'result.redacted',
        target: `${call.pluginId}:${call.tool}`,
        outcome: 'ok',
        requestId: call.requestId,
        details: { rule, reason: decision.reason },
      })
    }
  }
  return reviewed
}
