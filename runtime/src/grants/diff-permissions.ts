import { uncovered } from './covers.ts'
import type { Grants } from './grant.ts'
import type { GrantedUse } from './list-grants.ts'
import { type GrantPiece, splitGrants } from './split-grants.ts'

/** What became of one thing that is granted, from one set of grants to another. */
export interface PermissionChange extends Pick<GrantedUse, 'family' | 'name'> {
  readonly verbs: readonly string[]
  /**
   * `wider`: in the new set and not covered by the old one, which needs a new consent. `narrower`: in the old set and not
   * covered by the new one. `same`: covered by what was there before.
   */
  readonly change: 'wider' | 'narrower' | 'same'
  /** Another grant of the old set that covers it, for example a wildcard. */
  readonly coveredBy?: string
}

/** Compares piece by piece, with wildcard, port, method and path cover. Wider ones come first. */
export function diffPermissions(before: Grants, after: Grants): readonly PermissionChange[] {
  const old = splitGrants(before)
  const changes = [
    ...splitGrants(after).map((piece) => metBy(piece, before, old)),
    ...old.filter(({ grants }) => uncovered(grants, after).length > 0).map((piece) => changeOf(piece, 'narrower')),
  ]
  return (['wider', 'narrower', 'same'] as const).flatMap((kind) =>
    mergeVerbs(changes.filter(({ change }) => change === kind)),
  )
}

/** What needs a new consent; empty when the old one covers everything. */
export function expandedPermissions(before: Grants, after: Grants): readonly PermissionChange[] {
  return diffPermissions(before, after).filter(({ change }) => change === 'wider')
}

function metBy(piece: GrantPiece, before: Grants, old: readonly GrantPiece[]): PermissionChange {
  if (uncovered(piece.grants, before).length > 0) return changeOf(piece, 'wider')
  if (old.some(({ family, name }) => family === piece.family && name === piece.name)) return changeOf(piece, 'same')
  const cover = old.find(({ grants }) => uncovered(piece.grants, grants).length === 0)
  return { ...changeOf(piece, 'same'), ...(cover !== undefined && { coveredBy: cover.name }) }
}

function changeOf({ family, name, verb }: GrantPiece, change: PermissionChange['change']): PermissionChange {
  return { family, name, verbs: [verb], change }
}

/** One entry for each thing, with all verbs that share its fate. */
function mergeVerbs(changes: readonly PermissionChange[]): readonly PermissionChange[] {
  const merged = new Map<string, PermissionChange>()
  for (const change of changes) {
    const key = `${change.family}\0${change.name}\0${change.coveredBy ?? ''}`
    const verbs = [...new Set([...(merged.get(key)?.verbs ?? []), ...change.verbs])]
    merged.set(key, { ...change, verbs })
  }
  return [...merged.values()]
}
