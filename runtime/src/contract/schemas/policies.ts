import { z } from 'zod'
import { id, isoDate } from './common.ts'
import { role } from './session.ts'

/** On what terms a rule that asks lets a call go on. */
export const approvalTerms = z.strictObject({
  /** Any of these may approve. Nobody is named where callers decide themselves. */
  approvers: z.strictObject({ roles: z.array(role).max(5), users: z.array(id).max(50) }),
  /** How long a request waits, and how long an approval may be used: half a minute to a week. */
  expiresSeconds: z.number().int().min(30).max(604_800),
  /** Whether callers may approve their own calls. */
  selfApproval: z.boolean(),
})

export const policyRuleRequest = z.strictObject({
  role: z.union([role, z.literal('*')]),
  plugin: z.string().min(1).max(110),
  /** What the rule is about. */
  kind: z.enum(['tool', 'resource', 'prompt']).default('tool'),
  /** Name of a tool or prompt, URI of a resource; `*` at the end matches any rest. */
  tool: z.string().min(1).max(1024),
  effect: z.enum(['allow', 'deny', 'ask']),
  /** Needed when `effect` is `ask`, and only then. */
  approval: approvalTerms.optional(),
})

export const policyRuleView = policyRuleRequest.extend({ id, createdAt: isoDate })
