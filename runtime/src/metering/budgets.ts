import type { AuditTrail } from '../audit/audit.ts'
import type { BudgetRow, Store } from '../store/store.ts'
import type { Bounds } from './bounds.ts'
import { type Counters, addCounters, zeroCounters } from './counters.ts'
import { meteringError } from './errors.ts'
import { periodEnd, periodStart } from './spans.ts'
import type { Metered, UsageMeter } from './usage-meter.ts'

/** Whose budget is spent. */
export interface Spender extends Metered {
  readonly pluginId: string
}

/** A budget and how much of it is gone. */
export interface BudgetStanding extends BudgetRow {
  readonly used: number
  readonly resetsAt: Date
  readonly state: 'ok' | 'warned' | 'exhausted'
}

export interface Budgets {
  /**
   * Lets a call in, or refuses it with `BUDGET_EXHAUSTED`. The answer must be called when the call is over, and may be
   * called again; until then the call counts as made, so that no number of calls at once passes the budget.
   */
  enter(spender: Spender): () => void
  standing(installationId: string): readonly BudgetStanding[]
  /** Reads what is spent, by this node and all others. */
  refresh(): Promise<void>
  /** Looks for budgets that were crossed without a call, for example by traffic in the background. */
  review(spender: Spender): void
  forget(installationId: string): void
}

export interface BudgetPorts {
  readonly bounds: Pick<Bounds, 'budgets' | 'budgeted'>
  readonly meter: Pick<UsageMeter, 'waiting'>
  readonly store: Pick<Store, 'usage'>
  readonly audit: Pick<AuditTrail, 'record'>
  log(installationId: string, level: 'warn', message: string): void
  now(): Date
}

/** What is written already, by installation and by the instant at which the period began. */
type Spent = ReadonlyMap<string, Counters>

const nothing = (): void => undefined

export function createBudgets(ports: BudgetPorts): Budgets {
  const { bounds, meter } = ports
  let spent: Spent = new Map()
  const inFlight = new Map<string, number>()
  const told = new Set<string>()

  const standing = (installationId: string): readonly BudgetStanding[] =>
    bounds.budgets(installationId).map((budget) => {
      const start = periodStart(ports.now(), budget.period)
      const used = meter.waiting(installationId, start)
      addCounters(used, spent.get(`${installationId} ${budget.period} ${start.getTime()}`) ?? zeroCounters())
      return standingOf(budget, amountOf(used, budget.meter), periodEnd(ports.now(), budget.period))
    })
  const review = (spender: Spender): readonly BudgetStanding[] => {
    const found = standing(spender.installationId)
    for (const one of found) if (one.state !== 'ok') tell(ports, told, spender, one)
    return found
  }
  return {
    standing,
    review: (spender) => void review(spender),
    enter(spender) {
      const { installationId } = spender
      if (bounds.budgets(installationId).length === 0) return nothing
      const running = inFlight.get(installationId) ?? 0
      const full = review(spender).find((one) => isFull(one, running))
      if (full !== undefined) throw exhausted(spender, full)
      inFlight.set(installationId, running + 1)
      let isOver = false
      return () => {
        if (!isOver) inFlight.set(installationId, Math.max(0, (inFlight.get(installationId) ?? 1) - 1))
        isOver = true
      }
    },
    async refresh() {
      const ids = bounds.budgeted()
      const now = ports.now()
      const rows = ids.length === 0 ? [] : await ports.store.usage.daysOf(ids, periodStart(now, 'month'))
      const sums = new Map<string, Counters>()
      for (const row of rows) {
        for (const period of ['day', 'month'] as const) {
          const key = `${row.installationId} ${period} ${periodStart(row.startedAt, period).getTime()}`
          const sum = sums.get(key) ?? zeroCounters()
          addCounters(sum, row)
          sums.set(key, sum)
        }
      }
      spent = sums
    },
    forget: (installationId) => void inFlight.delete(installationId),
  }
}

function amountOf(counters: Counters, meter: BudgetRow['meter']): number {
  return meter === 'cpuSeconds' ? counters.cpuMicroseconds / 1_000_000 : counters[meter]
}

function standingOf(budget: BudgetRow, used: number, resetsAt: Date): BudgetStanding {
  const { soft = Infinity, hard = Infinity } = budget
  return { ...budget, used, resetsAt, state: used >= hard ? 'exhausted' : used >= soft ? 'warned' : 'ok' }
}

function isFull({ meter, used, hard = Infinity }: BudgetStanding, running: number): boolean {
  return used + (meter === 'calls' ? running : 0) >= hard
}

function exhausted({ pluginId }: Spender, { meter, period, hard, used, resetsAt }: BudgetStanding): Error {
  return meteringError(
    'BUDGET_EXHAUSTED',
    `Expected at most ${hard} ${meter} of ${pluginId} per ${period}, found them used up. Try again after ${resetsAt.toISOString()}, or ask an admin for a larger budget.`,
    { details: { budget: meter, period, value: hard ?? 0, used, resetsAt: resetsAt.toISOString() } },
  )
}

/** Once per budget, state and period: people are told of a change, not of every call. */
function tell(ports: BudgetPorts, told: Set<string>, spender: Spender, standing: BudgetStanding): void {
  const { installationId, workspaceId, pluginId } = spender
  const { meter, period, state, used, soft, hard, resetsAt } = standing
  const value = (state === 'exhausted' ? hard : soft) ?? 0
  const key = [installationId, meter, period, state, value, resetsAt.getTime()].join(' ')
  if (told.has(key)) return
  forgetPast(told, ports.now())
  told.add(key)
  const effect = state === 'exhausted' ? 'Calls are refused until' : 'It starts anew at'
  const message = `${value} ${meter} per ${period} are used up (${Math.round(used * 1000) / 1000}). ${effect} ${resetsAt.toISOString()}.`
  ports.log(installationId, 'warn', message)
  ports.audit.record({
    workspaceId,
    actor: 'system',
    action: state === 'exhausted' ? 'budget.exhausted' : 'budget.warned',
    target: `${pluginId}:${meter}`,
    outcome: state === 'exhausted' ? 'denied' : 'ok',
    requestId: installationId,
    details: { installation: installationId, budget: meter, period, value, used, resetsAt: resetsAt.toISOString() },
  })
}

function forgetPast(told: Set<string>, now: Date): void {
  for (const key of told) if (Number(key.slice(key.lastIndexOf(' ') + 1)) <= now.getTime()) told.delete(key)
}
