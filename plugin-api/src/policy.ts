import type { JsonObject, JsonValue } from './json.ts'

/** What a policy is shown. */
export type PolicyEvent =
  | {
      readonly stage: 'call'
      /** What is used: a tool is called, a resource read, a prompt fetched. */
      readonly kind: PolicySubject
      /** `publisher/plugin:name`: the tool's or prompt's own name, or the URI of a resource. */
      readonly tool: string
      /** For a resource `{ "uri": … }`. */
      readonly arguments: JsonObject
      readonly principal: { readonly id: string; readonly roles: readonly string[] }
    }
  | {
      readonly stage: 'result'
      readonly kind: PolicySubject
      readonly tool: string
      /** The whole result as the caller would get it. */
      readonly result: JsonValue
      readonly principal: { readonly id: string; readonly roles: readonly string[] }
    }

/** Kinds of things that a policy decides about. */
export type PolicySubject = 'tool' | 'resource' | 'prompt'

/**
 * What a policy answers. `ask` lets the call wait until a person approves it (stage `call` only); `redact` replaces the
 * result (stage `result` only). Deny overrides ask, and ask overrides allow, wherever they come from; a policy that
 * throws or runs out of time counts as `deny`.
 */
export type PolicyDecision =
  | { readonly effect: 'allow' }
  | { readonly effect: 'deny'; readonly reason: string }
  | { readonly effect: 'redact'; readonly result: JsonValue; readonly reason: string }
  | {
      readonly effect: 'ask'
      /** Shown to the person who decides. */
      readonly reason: string
      /** Roles that may approve; `admin` and `workspace-admin` when absent. */
      readonly approvers?: readonly string[]
      /** How long the request waits, and how long the approval may be used; whole seconds, 30 to 604,800. 900 when absent. */
      readonly expiresInSeconds?: number
      /** Whether callers may approve their own calls; no when absent. */
      readonly callerMayApprove?: boolean
    }
