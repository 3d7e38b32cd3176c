import { z } from 'zod'
import { id, isoDate } from './common.ts'
import { role } from './session.ts'

export const userRequest = z.strictObject({
  email: z.email().max(254),
  displayName: z.string().trim().min(1).max(80),
  password: z.string().min(1).max(1024),
  role,
})

export const userChange = z.strictObject({ disabled: z.boolean().optional(), role: role.optional() })

export const userView = z.object({
  id,
  email: z.string(),
  displayName: z.string(),
  disabled: z.boolean(),
  roles: z.array(role),
  createdAt: isoDate,
})
