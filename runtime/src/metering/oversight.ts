import type { GrantedUse } from '../grants/index.ts'
import type { BudgetRow } from '../store/store.ts'
import type { BudgetStanding } from './budgets.ts'
import { checkBudgets } from './check-budgets.ts'
import type { Counters } from './counters.ts'
import { grantsReport, restoreGrants, withholdGrants } from './decide-grants.ts'
import { type LimitsReport, decideLimits, limitsReport } from './decide-limits.ts'
import { type Asked, type DecisionPorts, authorOf, meteredOf, recordDecision, rowOf } from './decision.ts'
import type { GrantsReport } from './grants-report.ts'
import type { LimitsChange } from './limits-report.ts'
import type { Totals } from './usage-meter.ts'
import { type UsageRange, type UsageReport, countersOf, reportUsage, sumOf } from './usage-report.ts'

/** What an admin sees and decides about the use of an installation. Every change is audited. */
export interface Oversight {
  usage(asked: Asked, range: UsageRange): Promise<UsageReport & { readonly measuredSince: Date | undefined }>
  /** The last hour of each installation of a workspace, by id. */
  lastHour(workspaceId: string): Promise<ReadonlyMap<string, Readonly<Counters>>>
  /** Since the host started. */
  totals(installationId: string): Totals | undefined
  limits(asked: Asked): Promise<LimitsReport>
  /** A number narrows, `null` gives back. With `now`, a plugin that runs meets them at once, or nothing is changed. */
  setLimits(asked: Asked, change: LimitsChange, now: boolean): Promise<LimitsReport>
  budgets(asked: Asked): Promise<readonly BudgetStanding[]>
  standing(installationId: string): readonly BudgetStanding[]
  setBudgets(asked: Asked, budgets: readonly BudgetRow[]): Promise<readonly BudgetStanding[]>
  grants(asked: Asked, days: number): Promise<GrantsReport>
  /** Takes granted uses back. Refuses, and changes nothing, when the plugin does not start without them. */
  withhold(asked: Asked, uses: readonly GrantedUse[], days: number): Promise<GrantsReport>
  restore(asked: Asked, uses: readonly GrantedUse[], days: number): Promise<GrantsReport>
}

export function createOversight(ports: DecisionPorts): Oversight {
  const { metering, store } = ports
  const now = ports.now ?? (() => new Date())
  return {
    async usage(asked, range) {
      const row = await rowOf(ports, asked)
      await metering.flush()
      const report = await reportUsage(store, row.id, range, now())
      return { ...report, measuredSince: metering.bounds.measuredSince(row.id) }
    },
    async lastHour(workspaceId) {
      await metering.flush()
      const rows = await store.usage.ofWorkspace(workspaceId, 'minute', new Date(now().getTime() - 3_600_000))
      const byInstallation = Map.groupBy(rows, ({ installationId }) => installationId)
      return new Map([...byInstallation].map(([id, own]) => [id, sumOf(own.map(countersOf))]))
    },
    totals: (installationId) => metering.usage.find(installationId)?.totals,
    limits: async (asked) => limitsReport(ports, await rowOf(ports, asked)),
    setLimits: (asked, change, atOnce) => decideLimits(ports, asked, change, atOnce),
    budgets: async (asked) => metering.budgets.standing((await rowOf(ports, asked)).id),
    standing: (installationId) => metering.budgets.standing(installationId),
    async setBudgets(asked, budgets) {
      const row = await rowOf(ports, asked)
      checkBudgets(row.manifest.kind, budgets)
      await metering.bounds.change(meteredOf(row), { budgets })
      await metering.budgets.refresh()
      recordDecision(ports, row, authorOf(asked), 'plugin.budgets-changed', {
        budgets: budgets.map(budgetText).join('; '),
      })
      return metering.budgets.standing(row.id)
    },
    grants: async (asked, days) => await grantsReport(ports, await rowOf(ports, asked), days),
    withhold: (asked, uses, days) => withholdGrants(ports, asked, uses, days),
    restore: (asked, uses, days) => restoreGrants(ports, asked, uses, days),
  }
}

function budgetText({ meter, period, soft, hard }: BudgetRow): string {
  const warns = soft === undefined ? [] : [`warns at ${soft}`]
  const ends = hard === undefined ? [] : [`ends at ${hard}`]
  return `${meter} per ${period} ${[...warns, ...ends].join(', ')}`
}
