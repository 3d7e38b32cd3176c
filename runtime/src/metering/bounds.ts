import type { GrantedUse } from '../grants/list-grants.ts'
import type { LimitRequest } from '../sandbox/limits-for.ts'
import type { BudgetRow, InstallationBoundsRow, Store } from '../store/store.ts'
import type { Metered } from './usage-meter.ts'

type Change = Partial<Pick<InstallationBoundsRow, 'limits' | 'budgets' | 'withheld'>>

/** What admins narrowed, at hand without asking the database: it is looked at with every call and every start. */
export interface Bounds {
  limits(installationId: string): LimitRequest
  budgets(installationId: string): readonly BudgetRow[]
  withheld(installationId: string): readonly GrantedUse[]
  measuredSince(installationId: string): Date | undefined
  /** Ids of installations with a budget. */
  budgeted(): readonly string[]
  /** Notes that measuring begins, unless it did before. */
  begin(metered: Metered): Promise<void>
  change(metered: Metered, change: Change): Promise<void>
  /** Reads again what other nodes may have changed. */
  refresh(): Promise<void>
  forget(installationId: string): void
}

export async function openBounds(
  store: Pick<Store, 'installationBounds'>,
  now: () => Date = () => new Date(),
): Promise<Bounds> {
  let rows = new Map<string, InstallationBoundsRow>()
  const refresh = async (): Promise<void> => {
    rows = new Map((await store.installationBounds.list()).map((row) => [row.installationId, row]))
  }
  const begin = async (metered: Metered): Promise<InstallationBoundsRow> => {
    const known = rows.get(metered.installationId)
    if (known !== undefined) return known
    const row = { ...metered, limits: {}, budgets: [], withheld: [], measuredSince: now(), updatedAt: now() }
    await store.installationBounds.insertMissing(row)
    const stored = (await store.installationBounds.get(metered.installationId)) ?? row
    rows.set(metered.installationId, stored)
    return stored
  }
  await refresh()
  return {
    limits: (installationId) => rows.get(installationId)?.limits ?? {},
    budgets: (installationId) => rows.get(installationId)?.budgets ?? [],
    withheld: (installationId) => rows.get(installationId)?.withheld ?? [],
    measuredSince: (installationId) => rows.get(installationId)?.measuredSince,
    budgeted: () => [...rows.values()].filter(({ budgets }) => budgets.length > 0).map((row) => row.installationId),
    begin: async (metered) => void (await begin(metered)),
    async change(metered, change) {
      const before = await begin(metered)
      const changed = { ...change, updatedAt: now() }
      await store.installationBounds.update(metered.installationId, changed)
      rows.set(metered.installationId, { ...before, ...changed })
    },
    refresh,
    forget: (installationId) => void rows.delete(installationId),
  }
}
