import { z } from 'zod'
import { isoDate } from './common.ts'

export const auditQuery = z.object({
  actor: z.string().optional(),
  action: z.string().optional(),
  target: z.string().optional(),
  outcome: z.enum(['ok', 'denied', 'failed']).optional(),
  requestId: z.string().optional(),
  before: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

export const auditRecordView = z.object({
  sequence: z.int(),
  at: isoDate,
  actor: z.string(),
  /** What people call the actor; absent for the host itself, and for who is gone. */
  actorName: z.string().optional(),
  action: z.string(),
  target: z.string(),
  outcome: z.enum(['ok', 'denied', 'failed']),
  requestId: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})
