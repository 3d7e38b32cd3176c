import { NAME_SHAPES } from '../limits.ts'
import { editDistance } from './edit-distance.ts'
import { coreOf, lettersOf, skeletonOf } from './skeleton.ts'

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
  const left = shapeOf(name)
  const right = shapeOf(existing.name)
  if (left.skeleton === right.skeleton) return 0
  if (!existing.popular) return 1
  if (left.core === right.core) return 0.5
  const length = Math.min(left.skeleton.length, right.skeleton.length)
  const allowed = length >= TWO_SLIPS ? 2 : length >= ONE_SLIP ? 1 : 0
  // A whole number more or less (`vue2`, `es6`) is a choice, not a slip.
  if (allowed === 0 || left.numberless === right.numberless) return 1
  // Signs that look alike and slips may meet: `electorn` has an `rn` that is no `m`.
  const edits = Math.min(
    editDistance(left.skeleton, right.skeleton, allowed),
    editDistance(left.letters, right.letters, allowed),
  )
  return Math.min(1, edits / (allowed + 1))
}

interface Shape {
  readonly letters: string
  readonly skeleton: string
  readonly core: string
  readonly numberless: string
}

/** Shapes of names that were compared: a new name meets the same popular ones each time. */
const shapes = new Map<string, Shape>()

function shapeOf(name: string): Shape {
  const known = shapes.get(name)
  if (known !== undefined) return known
  const letters = lettersOf(name)
  const numberless = letters.replaceAll(/[^a-z]/g, '')
  const shape = { letters, skeleton: skeletonOf(name), core: coreOf(name), numberless }
  if (shapes.size >= NAME_SHAPES) shapes.clear()
  shapes.set(name, shape)
  return shape
}
