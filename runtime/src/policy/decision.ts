import type { JsonObject } from '@nexus/plugin-api'
import { z } from 'zod'
import { type Role, ROLES } from '../identity/principal.ts'
import { DEFAULT_APPROVAL_SECONDS, MAX_APPROVAL_SECONDS, MIN_APPROVAL_SECONDS, REASON_CHARACTERS } from './limits.ts'
import type { PolicyStage } from './packs.ts'

/** A policy's answer after it was checked. A replaced result is an object, as every result of MCP is. */
export type CheckedDecision =
  | { readonly effect: 'allow' }
  | { readonly effect: 'deny'; readonly reason: string }
  | { readonly effect: 'redact'; readonly result: JsonObject; readonly reason: string }
  | {
      readonly effect: 'ask'
      readonly reason: string
      readonly approvers: readonly Role[]
      readonly expiresInSeconds: number
      readonly callerMayApprove: boolean
    }

/** Who approves when a policy names nobody. */
const DEFAULT_APPROVERS: Role[] = ['admin', 'workspace-admin']

const reason = z.string().transform((text) => text.slice(0, REASON_CHARACTERS))
const allow = z.strictObject({ effect: z.literal('allow') })
const deny = z.strictObject({ effect: z.literal('deny'), reason })
// The answer came out of JSON.parse, so an object that is no list is a JSON object.
const result = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))
const redact = z.strictObject({ effect: z.literal('redact'), result, reason })
const ask = z.strictObject({
  effect: z.literal('ask'),
  reason,
  approvers: z.array(z.enum(ROLES)).min(1).default(DEFAULT_APPROVERS),
  expiresInSeconds: z.int().min(MIN_APPROVAL_SECONDS).max(MAX_APPROVAL_SECONDS).default(DEFAULT_APPROVAL_SECONDS),
  callerMayApprove: z.boolean().default(false),
})

const callDecision = z.discriminatedUnion('effect', [allow, deny, ask])
const resultDecision = z.discriminatedUnion('effect', [allow, deny, redact])

/** Reads what a policy answered at this stage; throws for anything else. */
export function readDecision(stage: PolicyStage, answer: string): CheckedDecision {
  const schema = stage === 'call' ? callDecision : resultDecision
  return schema.parse(JSON.parse(answer))
}
