import type { JsonObject, JsonValue } from './json.ts'

/** What a policy is shown. */
export type PolicyEvent =
  | {
      readonly stage: 'call'
      readonly tool: string
      readonly arguments: JsonObject
      readonly principal: { readonly id: string; readonly roles: readonly string[] }
    }
  | {
      readonly stage: 'result'
      readonly tool: string
      /** The whole result as the caller would get it. */
      readonly result: JsonValue
      readonly principal: { readonly id: string; readonly roles: readonly string[] }
    }

/**
 * What a policy answers. `redact` replaces the result (stage `result` only). Deny overrides everything else; a policy
 * that throws or runs out of time counts as `deny`.
 */
export type PolicyDecision =
  | { readonly effect: 'allow' }
  | { readonly effect: 'deny'; readonly reason: string }
  | { readonly effect: 'redact'; readonly result: JsonValue; readonly reason: string }
