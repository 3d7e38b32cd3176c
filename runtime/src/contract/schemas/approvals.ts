import { z } from 'zod'
import { id, isoDate } from './common.ts'
import { role } from './session.ts'

/** A call that waits for a person, or was decided by one lately. */
export const approvalView = z.object({
  id,
  state: z.enum(['pending', 'approved', 'denied', 'used']),
  /** Made by the one who asks this. */
  own: z.boolean(),
  /** Whether the one who asks this may decide. */
  mayDecide: z.boolean(),
  caller: z.string(),
  principalId: z.string(),
  virtualServer: z.string().nullable(),
  pluginId: z.string(),
  upstream: z.string(),
  kind: z.enum(['tool', 'resource', 'prompt']),
  name: z.string(),
  exposed: z.string(),
  title: z.string().nullable(),
  /** The plugin that calls in the caller's name, `publisher/plugin:tool`. */
  via: z.string().nullable(),
  /** JSON text, indented; what looks like a secret is masked. */
  arguments: z.string(),
  /** What the tool says of itself (MCP annotations); nobody checked it. */
  annotations: z.object({
    readOnlyHint: z.boolean().optional(),
    destructiveHint: z.boolean().optional(),
    idempotentHint: z.boolean().optional(),
    openWorldHint: z.boolean().optional(),
  }),
  reason: z.string(),
  /** The rules and policies that ask. */
  rules: z.array(z.string()),
  /** An approver belongs to each of the groups; `people` says how many are named. */
  approvers: z.array(z.object({ roles: z.array(role), people: z.number().int() })),
  selfApproval: z.boolean(),
  createdAt: isoDate,
  expiresAt: isoDate,
  decidedAt: isoDate.nullable(),
  decidedBy: z.string().nullable(),
  note: z.string().nullable(),
})

export const approvalDecision = z.strictObject({
  verdict: z.enum(['approve', 'deny']),
  /** Why; kept in the audit trail and told to the caller. */
  note: z.string().max(500).optional(),
})

/** How many calls wait for the one who listens. */
export const approvalCount = z.object({ waiting: z.number().int().min(0) })
