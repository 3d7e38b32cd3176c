import { type GrantedUse, listGrants } from '../grants/index.ts'
import type { InstallationRow, PermissionUseRow } from '../store/store.ts'
import { meteringError } from './errors.ts'
import { useKey } from './narrow-grants.ts'

const DAY_MS = 86_400_000

/** One thing that was granted, and when it was last needed. */
export interface GrantStanding extends GrantedUse {
  readonly uses: number
  readonly lastUsedAt: Date | undefined
  /** `withheld`: granted by consent and taken back since. */
  readonly state: 'used' | 'unused' | 'withheld'
}

/** What an installation was granted and whether it needs it. */
export interface GrantsReport {
  readonly days: number
  readonly measuredSince: Date | undefined
  /** Days of these that were measured: an answer from two days says little about thirty. */
  readonly measuredDays: number
  readonly grants: readonly GrantStanding[]
}

export function reportGrants(
  row: InstallationRow,
  uses: readonly PermissionUseRow[],
  withheld: readonly GrantedUse[],
  span: { readonly days: number; readonly measuredSince: Date | undefined; readonly now: Date },
): GrantsReport {
  const { days, measuredSince, now } = span
  const since = new Date(now.getTime() - days * DAY_MS)
  const byKey = new Map(uses.map((use) => [`${use.family} ${use.verb} ${use.name}`, use]))
  const taken = new Set(withheld.map(useKey))
  const recent = (use: GrantedUse): boolean => (byKey.get(useKey(use))?.lastUsedAt ?? new Date(0)) >= since
  const grants = listGrants(row.grants).map((use) => {
    const known = byKey.get(useKey(use))
    // What may be written must be readable: a place that is written to needs both.
    const needed = recent(use) || (use.family === 'files' && recent({ ...use, verb: 'write' }))
    const state: GrantStanding['state'] = taken.has(useKey(use)) ? 'withheld' : needed ? 'used' : 'unused'
    return { ...use, uses: known?.uses ?? 0, lastUsedAt: known?.lastUsedAt, state }
  })
  const measuredMs = measuredSince === undefined ? 0 : Math.max(0, now.getTime() - measuredSince.getTime())
  return { days, measuredSince, measuredDays: Math.min(days, Math.floor(measuredMs / DAY_MS)), grants }
}

/** What is withheld after taking more back. */
export function takeBack(
  row: InstallationRow,
  withheld: readonly GrantedUse[],
  uses: readonly GrantedUse[],
): readonly GrantedUse[] {
  const given = new Set(listGrants(row.grants).map(useKey))
  const unknown = uses.find((use) => !given.has(useKey(use)))
  if (unknown !== undefined) {
    throw meteringError(
      'GRANT_NOT_GIVEN',
      `Expected something that was granted to ${row.pluginId}, found ${useKey(unknown)}. Look at the report again.`,
    )
  }
  const kept = new Map([...withheld, ...uses].map((use) => [useKey(use), bare(use)]))
  return [...kept.values()]
}

/** What is withheld after giving some back. */
export function giveBack(withheld: readonly GrantedUse[], uses: readonly GrantedUse[]): readonly GrantedUse[] {
  const given = new Set(uses.map(useKey))
  return withheld.filter((use) => !given.has(useKey(use)))
}

function bare({ family, name, verb }: GrantedUse): GrantedUse {
  return { family, name, verb }
}
