import { editDistance } from './edit-distance.ts'
import { coreOf, skeletonOf } from './skeleton.ts'

/** Length of a skeleton from on which one slip, and two, are taken for a look-alike of a popular name. */
const ONE_SLIP = 5
const TWO_SLIPS = 10

/**
 * How far a name is from another that exists, from 0 up; below 1 it looks like it.
 *
 * - 0: the same skeleton: only case, separators, scope marks or signs that look alike differ.
 * - 0.5, popular names only: the same after `node-`, `-js`, `.js` or `-npm` are taken off.
 * - edits / (allowed + 1), popular names only: slips of the keyboard on the skeletons, relative to the length: none are
 *   allowed below five letters, one from five, two from ten.
 */
export function nameDistance(name: string, existing: { readonly name: string; readonly popular: boolean }): number {
  const left = skeletonOf(name)
  const right = skeletonOf(existing.name)
  if (left === right) return 0
  if (!existing.popular) return 1
  if (coreOf(name) === coreOf(existing.name)) return 0.5
  const length = Math.min(left.length, right.length)
  const allowed = length >= TWO_SLIPS ? 2 : length >= ONE_SLIP ? 1 : 0
  if (allowed === 0) return 1
  // A whole number more or less (`vue2`, `es6`) is a choice, not a slip.
  if (withoutNumbers(name) === withoutNumbers(existing.name)) return 1
  return Math.min(1, editDistance(left, right, allowed) / (allowed + 1))
}

function withoutNumbers(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, '')
}
