import { PLUGIN_ID } from '@nexus/plugin-api'
import { z } from 'zod'
import { ROLES } from '../identity/principal.ts'
import { policyError } from './errors.ts'

const anything = z.literal('*')

const ruleInput = z.strictObject({
  role: z.union([z.enum(ROLES), anything]),
  plugin: z.union([z.string().regex(PLUGIN_ID), anything]),
  // Printable ASCII as MCP has it for tool names; `*` only as the last character.
  tool: z.string().regex(/^[\x21-\x29\x2b-\x7e]{0,127}[\x21-\x7e]$/),
  effect: z.enum(['allow', 'deny']),
})

export function readRule(input: unknown): z.infer<typeof ruleInput> {
  const parsed = ruleInput.safeParse(input)
  if (parsed.success) return parsed.data
  const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'rule'))]
  throw policyError(
    'POLICY_RULE_INVALID',
    `Expected a role or \`*\`, \`publisher/plugin\` or \`*\`, a tool name with \`*\` at its end at most, and allow or deny; found mistakes in: ${fields.join(', ')}.`,
    { details: { fields } },
  )
}
