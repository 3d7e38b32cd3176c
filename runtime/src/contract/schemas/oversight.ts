import { z } from 'zod'
import { isoDate } from './common.ts'

// What installations use, and how an admin bounds it.

/** What was used within a span of time; the last three are the largest value seen. */
export const usageCounters = z.object({
  calls: z.int(),
  errors: z.int(),
  cpuMs: z.number(),
  /** Time from call to answer, all calls together. */
  wallMs: z.number(),
  capabilityCalls: z.int(),
  /** Capability calls that were refused. */
  denials: z.int(),
  bytesIn: z.int(),
  bytesOut: z.int(),
  egressBytes: z.int(),
  logBytes: z.int(),
  /** Times the code was loaded. */
  coldStarts: z.int(),
  breaches: z.int(),
  peakHeapBytes: z.int(),
  storageBytes: z.int(),
  fileBytes: z.int(),
})

export const usageRange = z.enum(['hour', 'day', 'month', 'year'])
export const usageQuery = z.object({ range: usageRange.default('hour') })
export const usageView = z.object({
  range: usageRange,
  resolution: z.enum(['minute', 'hour', 'day']),
  /** When measuring began; absent when the plugin never started. */
  measuredSince: isoDate.optional(),
  /** Oldest first, without gaps; times are UTC. */
  points: z.array(usageCounters.extend({ at: isoDate })),
  totals: usageCounters,
  breachesByLimit: z.array(
    z.object({
      code: z.string(),
      /** Empty for a crash. */
      limit: z.string(),
      /** What the limit was. */
      value: z.number(),
      count: z.int(),
      lastAt: isoDate,
    }),
  ),
})

export const limitView = z.object({
  name: z.string(),
  /** The profile's value: nothing is ever wider. */
  profile: z.int(),
  /** What the manifest asks for, when it asks for less. */
  manifest: z.int().optional(),
  /** What an admin said. */
  admin: z.int().optional(),
  effective: z.int(),
  source: z.enum(['profile', 'manifest', 'admin']),
})
export const limitsView = z.object({
  profile: z.string(),
  limits: z.array(limitView),
  /** It runs with other limits until it is started again. */
  pending: z.boolean(),
})
export const limitsChange = z.strictObject({
  /** A number narrows, `null` gives back; limits that are not named stay. */
  limits: z.record(z.string().max(40), z.int().nullable()),
  /** Starts it again with the new limits at once; when it does not come up, nothing is changed. */
  restart: z.boolean().default(false),
})

export const budget = z.strictObject({
  meter: z.enum(['calls', 'cpuSeconds', 'egressBytes']),
  /** Days and months of UTC. */
  period: z.enum(['day', 'month']),
  /** From here on people are warned. */
  soft: z.number().positive().max(1e15).optional(),
  /** From here on calls are refused with `BUDGET_EXHAUSTED`. */
  hard: z.number().positive().max(1e15).optional(),
})
export const budgetView = budget.extend({
  used: z.number(),
  resetsAt: isoDate,
  state: z.enum(['ok', 'warned', 'exhausted']),
})
export const budgetsView = z.object({ items: z.array(budgetView) })
/** All budgets of an installation; those not named go. */
export const budgetsPut = z.strictObject({ budgets: z.array(budget).max(6) })

/** One thing that was granted: for example `network`, `https://api.example.com:443`, `GET`. */
export const grantedUse = z.strictObject({
  family: z.enum(['network', 'files', 'secrets', 'tools', 'processes', 'panels', 'events', 'schedules', 'client']),
  name: z.string().max(600),
  verb: z.string().max(40),
})
export const grantsQuery = z.object({ days: z.coerce.number().int().min(1).max(400).default(30) })
export const grantsView = z.object({
  days: z.int(),
  measuredSince: isoDate.optional(),
  /** Of these days so many were measured. */
  measuredDays: z.int(),
  grants: z.array(
    grantedUse.extend({
      uses: z.int(),
      lastUsedAt: isoDate.optional(),
      /** `withheld`: consent was given, and it was taken back since. */
      state: z.enum(['used', 'unused', 'withheld']),
    }),
  ),
})
export const grantsChange = z.strictObject({ grants: z.array(grantedUse).min(1).max(500) })

/** An installation at a glance: its last hour and its budgets. */
export const usageSummary = z.object({
  installationId: z.string(),
  displayName: z.string(),
  label: z.string(),
  state: z.string(),
  stateReason: z.object({ code: z.string(), message: z.string() }).optional(),
  lastHour: usageCounters,
  budgets: z.array(budgetView),
})
