import { z } from 'zod'
import { isoDate } from './common.ts'

/** What an installed plugin does without anybody calling it. */
export const backgroundView = z.object({
  schedules: z.array(
    z.object({
      name: z.string(),
      /** Five fields: minute, hour, day, month, day of the week. */
      cron: z.string(),
      timeZone: z.string(),
      reason: z.string(),
      /** Absent while the plugin does not run. */
      nextRunAt: isoDate.optional(),
      running: z.boolean(),
      /** The last run that ended. */
      lastRun: z.object({ at: isoDate, outcome: z.enum(['ok', 'failed']), code: z.string().optional() }).optional(),
      runs: z.int(),
      failures: z.int(),
    }),
  ),
  /** Names it was granted, and numbers since the host started. */
  events: z.object({
    hears: z.array(z.string()),
    sends: z.array(z.string()),
    sent: z.int(),
    delivered: z.int(),
    failed: z.int(),
    /** Never delivered: the queue was full, the plugin stopped, or events answered events too deeply. */
    dropped: z.int(),
    queued: z.int(),
  }),
})
