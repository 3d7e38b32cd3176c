import { PLUGIN_ID } from '@nexus/plugin-api'
import { z } from 'zod'
import { ROLES } from '../identity/principal.ts'
import { policyError } from './errors.ts'
import { MAX_APPROVAL_SECONDS, MAX_APPROVERS, MAX_RULE_NAME, MIN_APPROVAL_SECONDS } from './limits.ts'

const anything = z.literal('*')

/** Who may approve what a rule asks for, and how long that stands. */
const approval = z
  .strictObject({
    approvers: z.strictObject({
      roles: z.array(z.enum(ROLES)).max(ROLES.length),
      users: z.array(z.string().min(1).max(100)).max(MAX_APPROVERS),
    }),
    expiresSeconds: z.int().min(MIN_APPROVAL_SECONDS).max(MAX_APPROVAL_SECONDS),
    selfApproval: z.boolean(),
  })
  // Without anybody who may approve, a rule that asks would be one that denies.
  .refine(({ approvers, selfApproval }) => selfApproval || approvers.roles.length + approvers.users.length > 0, {
    path: ['approvers'],
  })

const base = {
  role: z.union([z.enum(ROLES), anything]),
  plugin: z.union([z.string().regex(PLUGIN_ID), anything]),
  kind: z.enum(['tool', 'resource', 'prompt']).default('tool'),
  // Printable ASCII as MCP has it for tool names; `*` only as the last character. URIs are longer than names.
  tool: z.string().regex(/^[\x21-\x29\x2b-\x7e]{0,1023}[\x21-\x7e]$/),
}

const ruleInput = z
  .discriminatedUnion('effect', [
    z.strictObject({ ...base, effect: z.enum(['allow', 'deny']) }),
    z.strictObject({ ...base, effect: z.literal('ask'), approval }),
  ])
  .refine(({ kind, tool }) => kind === 'resource' || tool.length <= MAX_RULE_NAME, { path: ['tool'] })

export function readRule(input: unknown): z.infer<typeof ruleInput> {
  const parsed = ruleInput.safeParse(input)
  if (parsed.success) return parsed.data
  const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'rule'))]
  throw policyError(
    'POLICY_RULE_INVALID',
    `Expected a role or \`*\`, \`publisher/plugin\` or \`*\`, a name with \`*\` at its end at most, and allow, deny or ask with approvers; found mistakes in: ${fields.join(', ')}.`,
    { details: { fields } },
  )
}
