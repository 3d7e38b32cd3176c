import type { JsonObject, PolicySubject } from '@nexus/plugin-api'
import type { Principal } from '../identity/principal.ts'
import type { AskTerms } from './ask-terms.ts'

/** A tool call, a read of a resource or a fetch of a prompt as policy sees it, before it goes upstream. */
export interface PolicyCall {
  readonly principal: Principal
  readonly workspaceId: string
  readonly virtualServer: string | undefined
  readonly installationId: string
  readonly pluginId: string
  readonly kind: PolicySubject
  /** The tool's or prompt's own name at its upstream, or the resource's URI. */
  readonly tool: string
  readonly arguments: JsonObject
  readonly requestId: string
}

/** What policy says. Deny overrides ask, ask overrides allow; whatever throws or runs out of time is a deny. */
export type PolicyVerdict =
  | { readonly effect: 'allow'; readonly rule: string }
  | PolicyDenial
  | {
      readonly effect: 'ask'
      readonly rule: string
      readonly reason: string
      readonly terms: AskTerms
    }

export interface PolicyDenial {
  readonly effect: 'deny'
  readonly rule: string
  readonly reason: string
  /** All rules that matched, where rules decided. */
  readonly matched?: readonly string[]
}

/** The door every tool call and its result pass. */
export interface PolicyPort {
  /** Answers at once where only rules decide: nearly every call. */
  decide(call: PolicyCall): PolicyVerdict | Promise<PolicyVerdict>
  /** May the principal see this at all? Cheap and synchronous: used for every entry of a list. */
  isVisible(principal: Principal, pluginId: string, tool: string, kind?: PolicySubject): boolean
  /** True when some policy pack wants to see results in this workspace; when false the result is passed on untouched. */
  inspectsResults(workspaceId: string): boolean
  /** Passes a result through the policy packs; may replace it or throw `POLICY_DENIED`. */
  review(call: PolicyCall, result: JsonObject): Promise<JsonObject>
}
