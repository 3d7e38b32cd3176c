import { z } from 'zod'
import { id, isoDate } from './common.ts'

export const tokenRequest = z.strictObject({
  name: z.string().trim().min(1).max(80),
  scopes: z.array(z.string()).min(1).max(20),
  /** Days until it expires; `null` for never. */
  expiresInDays: z.int().min(1).max(3650).nullable(),
  virtualServer: z.string().optional(),
})

export const tokenView = z.object({
  id,
  name: z.string(),
  hint: z.string(),
  scopes: z.array(z.string()),
  virtualServer: z.string().optional(),
  owner: z.string(),
  createdAt: isoDate,
  expiresAt: isoDate.optional(),
  lastUsedAt: isoDate.optional(),
  revoked: z.boolean(),
})

/** The only answer that ever holds the token itself. */
export const createdToken = tokenView.extend({ token: z.string() })
