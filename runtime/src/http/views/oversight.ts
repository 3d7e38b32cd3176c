import type {
  BudgetView,
  GrantsView,
  LimitsView,
  UsageCounters,
  UsageSummary,
  UsageView,
} from '../../contract/index.ts'
import type { BudgetStanding, Counters, GrantsReport, LimitsReport, UsageReport } from '../../metering/index.ts'
import type { Translate } from '../language.ts'
import type { InstallationFacts } from '../ports.ts'

// Measured use and bounds as people see them: instants as text, CPU in milliseconds.

function usageCounters(counters: Readonly<Counters> | undefined): UsageCounters {
  return {
    calls: counters?.calls ?? 0,
    errors: counters?.errors ?? 0,
    cpuMs: (counters?.cpuMicroseconds ?? 0) / 1000,
    wallMs: (counters?.wallMicroseconds ?? 0) / 1000,
    capabilityCalls: counters?.capabilityCalls ?? 0,
    denials: counters?.denials ?? 0,
    bytesIn: counters?.bytesIn ?? 0,
    bytesOut: counters?.bytesOut ?? 0,
    egressBytes: counters?.egressBytes ?? 0,
    logBytes: counters?.logBytes ?? 0,
    coldStarts: counters?.coldStarts ?? 0,
    breaches: counters?.breaches ?? 0,
    peakHeapBytes: counters?.peakHeapBytes ?? 0,
    storageBytes: counters?.storageBytes ?? 0,
    fileBytes: counters?.fileBytes ?? 0,
  }
}

function since(measuredSince: Date | undefined): { measuredSince?: string } {
  return measuredSince === undefined ? {} : { measuredSince: measuredSince.toISOString() }
}

export function usageView(report: UsageReport & { readonly measuredSince: Date | undefined }): UsageView {
  const { range, resolution, points, totals, breaches } = report
  return {
    range,
    resolution,
    ...since(report.measuredSince),
    points: points.map((point) => ({ at: point.at.toISOString(), ...usageCounters(point) })),
    totals: usageCounters(totals),
    breachesByLimit: breaches.map((breach) => ({ ...breach, lastAt: breach.lastAt.toISOString() })),
  }
}

export function usageSummary(
  { row, state, reason }: InstallationFacts,
  lastHour: Readonly<Counters> | undefined,
  budgets: readonly BudgetStanding[],
  translate: Translate,
): UsageSummary {
  return {
    installationId: row.id,
    displayName: translate(row.manifest.displayName),
    label: row.label,
    state,
    ...(reason !== undefined && { stateReason: { ...reason } }),
    lastHour: usageCounters(lastHour),
    budgets: budgets.map(budgetView),
  }
}

export function limitsView({ profile, limits, pending }: LimitsReport): LimitsView {
  return {
    profile,
    pending,
    limits: limits.map(({ manifest, admin, ...limit }) => ({
      ...limit,
      ...(manifest !== undefined && { manifest }),
      ...(admin !== undefined && { admin }),
    })),
  }
}

export function budgetView({ meter, period, soft, hard, used, resetsAt, state }: BudgetStanding): BudgetView {
  return {
    meter,
    period,
    used,
    state,
    resetsAt: resetsAt.toISOString(),
    ...(soft !== undefined && { soft }),
    ...(hard !== undefined && { hard }),
  }
}

export function grantsView({ days, measuredSince, measuredDays, grants }: GrantsReport): GrantsView {
  return {
    days,
    measuredDays,
    ...since(measuredSince),
    grants: grants.map(({ lastUsedAt, ...grant }) => ({
      ...grant,
      ...(lastUsedAt !== undefined && { lastUsedAt: lastUsedAt.toISOString() }),
    })),
  }
}
