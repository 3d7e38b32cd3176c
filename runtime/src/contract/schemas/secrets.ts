import { z } from 'zod'
import { isoDate } from './common.ts'

export const secretPut = z.strictObject({ value: z.string().min(1).max(65_536) })

/** A secret that somebody keeps for calls of their own. */
export const ownSecretView = z.object({ name: z.string(), version: z.int(), updatedAt: isoDate })

export const secretView = z.object({
  name: z.string(),
  version: z.int(),
  updatedAt: isoDate,
  usedBy: z.array(z.string()),
})
