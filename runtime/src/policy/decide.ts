import type { JsonObject } from '@nexus/plugin-api'
import type { Principal } from '../identity/principal.ts'

/** A tool call as policy sees it, before it goes upstream. */
export interface PolicyCall {
  readonly principal: Principal
  readonly workspaceId: string
  readonly virtualServer: string | undefined
  readonly installationId: string
  readonly pluginId: string
  /** The tool's own name at its upstream. */
  readonly tool: string
  readonly arguments: JsonObject
  readonly requestId: string
}

/** What policy says. Deny overrides; whatever throws or runs out of time is a deny. */
export type PolicyVerdict =
  | { readonly effect: 'allow'; readonly rule: string }
  | { readonly effect: 'deny'; readonly rule: string; readonly reason: string }

/** The door every tool call and its result pass. */
export interface PolicyPort {
  decide(call: PolicyCall): Promise<PolicyVerdict>
  /** May the principal see this tool at all? Cheap and synchronous: used for every entry of a list. */
  isVisible(principal: Principal, pluginId: string, tool: string): boolean
  /** True when some policy pack wants to see results in this workspace; when false the result is passed on untouched. */
  inspectsResults(workspaceId: string): boolean
  /** Passes a result through the policy packs; may replace it or throw `POLICY_DENIED`. */
  review(call: PolicyCall, result: JsonObject): Promise<JsonObject>
}
