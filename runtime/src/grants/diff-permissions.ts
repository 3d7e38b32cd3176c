import type { Grants } from './grant.ts'
import { uncovered } from './covers.ts'

/** How one set of grants differs from another, each entry in words. */
export interface PermissionDiff {
  /** In the new set and not covered by the old one: needs a new consent. */
  readonly wider: readonly string[]
  /** In the old set and not covered by the new one. */
  readonly narrower: readonly string[]
}

/** Compares with wildcard, port, method and path cover. */
export function diffPermissions(before: Grants, after: Grants): PermissionDiff {
  return { wider: uncovered(after, before), narrower: uncovered(before, after) }
}
