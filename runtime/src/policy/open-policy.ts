import type { OpenAuditTrail } from '../audit/open-audit-trail.ts'
import type { Store } from '../store/store.ts'
import type { PolicyVerdict } from './decide.ts'
import { decideCall } from './decide-call.ts'
import { type PolicyPack, createPacks } from './packs.ts'
import type { Policy } from './policy.ts'
import { reviewResult } from './review-result.ts'
import { loadRuleSource } from './rule-source.ts'
import { createRules } from './rules.ts'

export interface PolicyOptions {
  readonly store: Pick<Store, 'policyRules'>
  readonly audit: Pick<OpenAuditTrail, 'record' | 'accepting'>
  /** Packs that run already; more come with `addPack`. */
  readonly packs?: readonly PolicyPack[]
  /** What time it is; default the clock of the machine. */
  readonly clock?: () => Date
}

const UNDECIDED: PolicyVerdict = { effect: 'deny', rule: 'policy-failed', reason: 'The policy could not decide.' }

/** Opens the door that every tool call and its result pass. It is shut whenever something goes wrong. */
export async function openPolicy(options: PolicyOptions): Promise<Policy> {
  const { store, audit, clock = () => new Date() } = options
  const packs = createPacks()
  for (const pack of options.packs ?? []) packs.add(pack)
  const source = await loadRuleSource(store)
  const context = { rules: source, packs, audit }
  return {
    rules: createRules({ store, audit, source, clock }),
    addPack: packs.add,
    expectPack: packs.expect,
    decide(call) {
      try {
        const verdict = decideCall(context, call)
        return verdict instanceof Promise ? verdict.catch(() => UNDECIDED) : verdict
      } catch {
        // For example an audit trail that is full: whatever the reason, nobody decided, so nobody passes.
        return UNDECIDED
      }
    },
    isVisible: (principal, pluginId, tool, kind) =>
      source.table !== undefined && source.table.judge(principal, pluginId, tool, kind).effect !== 'deny',
    inspectsResults: (workspaceId) => packs.missing(workspaceId) !== undefined || packs.concern(workspaceId, 'result'),
    review: (call, result) => reviewResult(context, call, result),
  }
}
