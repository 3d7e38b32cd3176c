import type { GrantedUse } from '../grants/list-grants.ts'
import type { LimitRequest } from '../sandbox/limits-for.ts'

// What installations use, and how far they may go.

/** What an installation used within one span of time; spans start on the minute, hour or day (UTC). */
export interface UsageBucketRow {
  readonly installationId: string
  readonly workspaceId: string
  readonly resolution: 'minute' | 'hour' | 'day'
  readonly startedAt: Date
  readonly calls: number
  readonly errors: number
  readonly cpuMicroseconds: number
  /** Time from call to answer, all calls together. */
  readonly wallMicroseconds: number
  readonly capabilityCalls: number
  /** Capability calls that were refused. */
  readonly denials: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly egressBytes: number
  readonly logBytes: number
  readonly coldStarts: number
  readonly breaches: number
  readonly peakHeapBytes: number
  /** What the private storage weighed at most; 0 when it was not looked at. */
  readonly storageBytes: number
  readonly fileBytes: number
}

/** How often one limit was crossed on one day. */
export interface LimitBreachRow {
  readonly installationId: string
  readonly workspaceId: string
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string
  /** The code that the caller saw. */
  readonly code: string
  /** Name of the limit; empty for a crash. */
  readonly limit: string
  readonly count: number
  /** Largest value that the limit had on that day; 0 for a crash. */
  readonly value: number
  readonly lastAt: Date
}

/** When an installation last used one of its grants. */
export interface PermissionUseRow {
  readonly installationId: string
  readonly workspaceId: string
  readonly family: string
  readonly verb: string
  readonly name: string
  readonly uses: number
  readonly lastUsedAt: Date
}

/** One bound on what an installation may use in a day or a month (UTC). */
export interface BudgetRow {
  readonly meter: 'calls' | 'cpuSeconds' | 'egressBytes'
  readonly period: 'day' | 'month'
  /** From here on people are warned. */
  readonly soft?: number | undefined
  /** From here on calls are refused. */
  readonly hard?: number | undefined
}

/** What an admin narrowed for an installation after consent; nothing in here can widen anything. */
export interface InstallationBoundsRow {
  readonly installationId: string
  readonly workspaceId: string
  readonly limits: LimitRequest
  readonly budgets: readonly BudgetRow[]
  /** Granted uses that are taken back. */
  readonly withheld: readonly GrantedUse[]
  /** Since when its use is measured. */
  readonly measuredSince: Date
  readonly updatedAt: Date
}

/** The runs of one schedule of an installation: the last one, and how many there were. */
export interface ScheduleRunRow {
  readonly installationId: string
  readonly name: string
  readonly workspaceId: string
  /** The time that was meant by the last run that some host claimed. */
  readonly slot: Date
  /** Until then the run may still be under way; `undefined` when it is done. */
  readonly leaseUntil: Date | undefined
  readonly startedAt: Date
  /** Of the last run that ended. */
  readonly finishedAt: Date | undefined
  readonly outcome: 'ok' | 'failed' | undefined
  readonly code: string | undefined
  readonly runs: number
  readonly failures: number
}
