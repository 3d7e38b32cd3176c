import { z } from 'zod'
import { isoDate } from './common.ts'

export const secretPut = z.strictObject({ value: z.string().min(1).max(65_536) })

export const secretView = z.object({
  name: z.string(),
  version: z.int(),
  updatedAt: isoDate,
  usedBy: z.array(z.string()),
})
