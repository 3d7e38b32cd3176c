import { z } from 'zod'
import { auditRecordView } from './audit.ts'
import { isoDate } from './common.ts'

export const overview = z.object({
  calls: z.object({ lastHour: z.int(), failedLastHour: z.int(), p95Ms: z.number().nullable() }),
  /** Sixty entries, oldest first. */
  perMinute: z.array(z.object({ at: isoDate, calls: z.int(), failed: z.int() })),
  clients: z.int(),
  installations: z.object({ active: z.int(), failed: z.int(), total: z.int() }),
  /** What waits for a person. */
  attention: z.array(
    z.object({
      installationId: z.string(),
      displayName: z.string(),
      label: z.string(),
      code: z.string(),
      message: z.string(),
    }),
  ),
  recent: z.array(auditRecordView),
  /** Steps of the first five minutes and whether they are done. */
  checklist: z.object({ pluginInstalled: z.boolean(), tokenCreated: z.boolean(), firstCall: z.boolean() }),
})
