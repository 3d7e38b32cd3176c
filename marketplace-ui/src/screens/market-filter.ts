import type { MarketplaceItem } from '@nexus/runtime/contract'
import { FAMILIES, type Family } from '../elements/strip-summary.ts'

/** What the person chose; every part of it lives in the URL. */
export interface MarketFilter {
  readonly kinds: readonly string[]
  readonly publishers: readonly string[]
  /** Families a plugin must not use. */
  readonly without: readonly Family[]
  readonly installed: 'any' | 'yes' | 'no'
}

const list = (value: string): readonly string[] => value.split(',').filter((part) => part !== '')

export function readFilter(query: URLSearchParams): MarketFilter {
  const without = list(query.get('without') ?? '')
  const installed = query.get('installed')
  return {
    kinds: list(query.get('kind') ?? ''),
    publishers: list(query.get('publisher') ?? ''),
    without: FAMILIES.filter((family) => without.includes(family)),
    installed: installed === 'yes' || installed === 'no' ? installed : 'any',
  }
}

/** A filter value with one choice switched on or off, as it goes into the URL. */
export function toggled(chosen: readonly string[], value: string, on: boolean): string {
  return [...chosen.filter((item) => item !== value), ...(on ? [value] : [])].toSorted().join(',')
}

type Part = 'kinds' | 'publishers' | 'without' | 'installed'

function passes(item: MarketplaceItem, filter: MarketFilter, except?: Part): boolean {
  if (except !== 'kinds' && filter.kinds.length > 0 && !filter.kinds.includes(item.kind)) return false
  if (except !== 'publishers' && filter.publishers.length > 0 && !filter.publishers.includes(item.publisher.id))
    return false
  if (except !== 'without' && filter.without.some((family) => item.strip[family] !== 'none')) return false
  if (except === 'installed' || filter.installed === 'any') return true
  return (item.installation !== undefined) === (filter.installed === 'yes')
}

export function applyFilter(items: readonly MarketplaceItem[], filter: MarketFilter): readonly MarketplaceItem[] {
  return items.filter((item) => passes(item, filter))
}

/** How many plugins a choice of one facet would leave, given the other facets. */
export function countChoice(
  items: readonly MarketplaceItem[],
  filter: MarketFilter,
  part: Part,
  matches: (item: MarketplaceItem) => boolean,
): number {
  return items.filter((item) => matches(item) && passes(item, filter, part)).length
}
