import type { AuditTrail } from '../audit/audit.ts'
import type { GrantedUse } from '../grants/index.ts'
import type { Principal } from '../identity/principal.ts'
import { ownRow } from '../installations/remove-installation.ts'
import type { PluginStatus } from '../kernel/kernel.ts'
import type { SandboxProfile } from '../sandbox/profile.ts'
import type { BudgetRow, InstallationRow, Store } from '../store/store.ts'
import type { BudgetStanding } from './budgets.ts'
import { checkBudgets } from './check-budgets.ts'
import type { Counters } from './counters.ts'
import { meteringError } from './errors.ts'
import { type GrantsReport, giveBack, reportGrants, takeBack } from './grants-report.ts'
import { type LimitStanding, type LimitsChange, changedLimits, standingLimits } from './limits-report.ts'
import type { Metering } from './open-metering.ts'
import { type UsageRange, type UsageReport, countersOf, reportUsage, sumOf } from './usage-report.ts'

/** Who asks, about which installation, for the audit. */
export interface Asked {
  readonly principal: Principal
  readonly installationId: string
  readonly requestId: string
}

export interface LimitsReport {
  readonly profile: string
  readonly limits: readonly LimitStanding[]
  /** It runs with other limits until it is restarted. */
  readonly pending: boolean
}

/** What an admin sees and decides about the use of an installation. Every change is audited. */
export interface Oversight {
  usage(asked: Asked, range: UsageRange): Promise<UsageReport & { readonly measuredSince: Date | undefined }>
  /** The last hour of each installation of a workspace, by id. */
  lastHour(workspaceId: string): Promise<ReadonlyMap<string, Readonly<Counters>>>
  limits(asked: Asked): Promise<LimitsReport>
  setLimits(asked: Asked, change: LimitsChange, restart: boolean): Promise<LimitsReport>
  budgets(asked: Asked): Promise<readonly BudgetStanding[]>
  standing(installationId: string): readonly BudgetStanding[]
  setBudgets(asked: Asked, budgets: readonly BudgetRow[]): Promise<readonly BudgetStanding[]>
  grants(asked: Asked, days: number): Promise<GrantsReport>
  /** Takes granted uses back. Refuses, and changes nothing, when the plugin does not start without them. */
  narrow(asked: Asked, uses: readonly GrantedUse[], days: number): Promise<GrantsReport>
  restore(asked: Asked, uses: readonly GrantedUse[], days: number): Promise<GrantsReport>
}

export interface OversightPorts {
  readonly metering: Metering
  readonly store: Pick<Store, 'usage' | 'installations'>
  readonly profiles: ReadonlyMap<string, SandboxProfile>
  readonly audit: Pick<AuditTrail, 'record'>
  /** Starts it again when it may run; `undefined` when it is disabled. */
  restart(row: InstallationRow): Promise<PluginStatus | undefined>
  readonly now?: () => Date
}

export function createOversight(ports: OversightPorts): Oversight {
  const { metering, store } = ports
  const now = ports.now ?? (() => new Date())
  const rowOf = ({ principal, installationId }: Asked) => ownRow({ store }, principal.workspaceId, installationId)
  const grantsOf = async (row: InstallationRow, days: number): Promise<GrantsReport> => {
    await metering.flush()
    const span = { days, measuredSince: metering.bounds.measuredSince(row.id), now: now() }
    return reportGrants(row, await store.usage.permissions(row.id), metering.bounds.withheld(row.id), span)
  }
  const withhold = (row: InstallationRow, withheld: readonly GrantedUse[]): Promise<void> =>
    metering.bounds.change(meteredOf(row), { withheld })

  return {
    async usage(asked, range) {
      const row = await rowOf(asked)
      await metering.flush()
      const report = await reportUsage(store, row.id, range, now())
      return { ...report, measuredSince: metering.bounds.measuredSince(row.id) }
    },
    async lastHour(workspaceId) {
      await metering.flush()
      const since = new Date(now().getTime() - 3_600_000)
      const rows = await store.usage.ofWorkspace(workspaceId, 'minute', since)
      const byInstallation = Map.groupBy(rows, ({ installationId }) => installationId)
      return new Map([...byInstallation].map(([id, own]) => [id, sumOf(own.map(countersOf))]))
    },
    limits: async (asked) => limitsOf(ports, await rowOf(asked)),
    async setLimits(asked, change, restart) {
      const row = await rowOf(asked)
      const limits = changedLimits(profileOf(ports, row), metering.bounds.limits(row.id), change)
      await metering.bounds.change(meteredOf(row), { limits })
      record(ports, asked, row, 'plugin.limits-changed', shownChange(change))
      if (restart) await ports.restart(row)
      return limitsOf(ports, row)
    },
    async budgets(asked) {
      const row = await rowOf(asked)
      return metering.budgets.standing(row.id)
    },
    standing: (installationId) => metering.budgets.standing(installationId),
    async setBudgets(asked, budgets) {
      const row = await rowOf(asked)
      checkBudgets(row.manifest.kind, budgets)
      await metering.bounds.change(meteredOf(row), { budgets })
      await metering.budgets.refresh()
      record(ports, asked, row, 'plugin.budgets-changed', { budgets: budgets.map(budgetText).join('; ') })
      return metering.budgets.standing(row.id)
    },
    grants: async (asked, days) => grantsOf(await rowOf(asked), days),
    async narrow(asked, uses, days) {
      const row = await rowOf(asked)
      const before = metering.bounds.withheld(row.id)
      await withhold(row, takeBack(row, before, uses))
      const status = await ports.restart(row)
      if (status?.state === 'failed' || status?.state === 'quarantined') {
        await withhold(row, before)
        await ports.restart(row)
        throw meteringError(
          'GRANT_NEEDED',
          `Expected ${row.pluginId} to start without ${uses.map(useText).join(', ')}, found ${status.reason?.code ?? status.state}: ${status.reason?.message ?? ''} Nothing was changed.`,
        )
      }
      record(ports, asked, row, 'plugin.grants-narrowed', { withheld: uses.map(useText).join('; ') })
      return await grantsOf(row, days)
    },
    async restore(asked, uses, days) {
      const row = await rowOf(asked)
      await withhold(row, giveBack(metering.bounds.withheld(row.id), uses))
      await ports.restart(row)
      record(ports, asked, row, 'plugin.grants-restored', { restored: uses.map(useText).join('; ') })
      return await grantsOf(row, days)
    },
  }
}

function limitsOf(ports: OversightPorts, row: InstallationRow): LimitsReport {
  const { metering } = ports
  const limits = standingLimits(profileOf(ports, row), row.manifest, metering.bounds.limits(row.id))
  const running = metering.startedWith(row.id)
  const pending = running !== undefined && limits.some(({ name, effective }) => running[name] !== effective)
  return { profile: row.profile, limits, pending }
}

function profileOf({ profiles }: OversightPorts, row: InstallationRow): SandboxProfile {
  const profile = profiles.get(row.profile)
  if (profile !== undefined) return profile
  throw meteringError('LIMIT_INVALID', `Expected the sandbox profile \`${row.profile}\` of this host, found none.`)
}

function meteredOf({ id, workspaceId }: InstallationRow) {
  return { installationId: id, workspaceId }
}

function record(
  { audit }: OversightPorts,
  { principal, requestId }: Asked,
  row: InstallationRow,
  action: string,
  details: Readonly<Record<string, string | number>>,
): void {
  audit.record({
    workspaceId: row.workspaceId,
    actor: principal.id,
    action,
    target: `${row.pluginId}@${row.version}`,
    outcome: 'ok',
    requestId,
    details: { installation: row.id, ...details },
  })
}

function shownChange(change: LimitsChange): Readonly<Record<string, string | number>> {
  return Object.fromEntries(Object.entries(change).map(([name, value]) => [name, value ?? 'given back']))
}

function budgetText({ meter, period, soft, hard }: BudgetRow): string {
  const bounds = [
    ...(soft === undefined ? [] : [`warns at ${soft}`]),
    ...(hard === undefined ? [] : [`ends at ${hard}`]),
  ]
  return `${meter} per ${period} ${bounds.join(', ')}`
}

function useText({ family, name, verb }: GrantedUse): string {
  return `${family} ${verb} ${name}`
}
