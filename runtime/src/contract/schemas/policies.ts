import { z } from 'zod'
import { id, isoDate } from './common.ts'
import { role } from './session.ts'

export const policyRuleRequest = z.strictObject({
  role: z.union([role, z.literal('*')]),
  plugin: z.string().min(1).max(110),
  tool: z.string().min(1).max(128),
  effect: z.enum(['allow', 'deny']),
})

export const policyRuleView = policyRuleRequest.extend({ id, createdAt: isoDate })
