import type { JsonObject } from '@nexus/plugin-api'
import { z } from 'zod'
import { REASON_CHARACTERS } from './limits.ts'
import type { PolicyStage } from './packs.ts'

/** A policy's answer after it was checked. A replaced result is an object, as every result of MCP is. */
export type CheckedDecision =
  | { readonly effect: 'allow' }
  | { readonly effect: 'deny'; readonly reason: string }
  | { readonly effect: 'redact'; readonly result: JsonObject; readonly reason: string }

const reason = z.string().transform((text) => text.slice(0, REASON_CHARACTERS))
const allow = z.strictObject({ effect: z.literal('allow') })
const deny = z.strictObject({ effect: z.literal('deny'), reason })
// The answer came out of JSON.parse, so an object that is no list is a JSON object.
const result = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))
const redact = z.strictObject({ effect: z.literal('redact'), result, reason })

const callDecision = z.discriminatedUnion('effect', [allow, deny])
const resultDecision = z.discriminatedUnion('effect', [allow, deny, redact])

/** Reads what a policy answered at this stage; throws for anything else. */
export function readDecision(stage: PolicyStage, answer: string): CheckedDecision {
  const schema = stage === 'call' ? callDecision : resultDecision
  return schema.parse(JSON.parse(answer))
}
