import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { createLogTree, hashLeaf, isConsistent } from '@nexus/registry/log'
import { isIncluded } from '../../../registry/src/log/verify-proof.ts'
import { naiveConsistency, naivePath, naiveRoot } from './naive-merkle.ts'

function growTree(leaves: readonly string[]) {
  const tree = createLogTree()
  for (const leaf of leaves) tree.add(hashLeaf(leaf))
  return tree
}

const leavesOf = (size: number) => Array.from({ length: size }, (_, at) => `leaf ${at}`)
const trees = fc.integer({ min: 1, max: 200 }).map(leavesOf)

describe('Merkle tree of the log [R2]', () => {
  it('has the root that RFC 6962 defines, at every size', () => {
    for (let size = 0; size <= 70; size += 1) {
      const leaves = leavesOf(size)
      expect(growTree(leaves).root()).toEqual(naiveRoot(leaves))
    }
  })

  it('makes the inclusion paths that RFC 6962 defines, and believes them', () => {
    fc.assert(
      fc.property(trees, fc.nat(), (leaves, seed) => {
        const index = seed % leaves.length
        const tree = growTree(leaves)
        const root = tree.root()
        const path = tree.inclusion(index, leaves.length)
        expect(path).toEqual(naivePath(index, leaves))
        expect(isIncluded(hashLeaf(leaves[index] ?? ''), { index, size: leaves.length }, path, root)).toBe(true)
      }),
    )
  })

  it('makes the consistency proofs that RFC 6962 defines, and believes them', () => {
    fc.assert(
      fc.property(trees, fc.nat(), (leaves, seed) => {
        const size = 1 + (seed % leaves.length)
        const tree = growTree(leaves)
        const root = tree.root()
        const proof = tree.consistency(size, leaves.length)
        expect(proof).toEqual(naiveConsistency(size, leaves))
        const older = { size, root: naiveRoot(leaves.slice(0, size)) }
        expect(isConsistent(older, { size: leaves.length, root }, proof)).toBe(true)
      }),
    )
  })

  it('believes no path to another root, of another leaf, at another place, too long or too short', () => {
    fc.assert(
      fc.property(trees, fc.nat(), fc.nat(), (leaves, seed, other) => {
        const size = leaves.length
        const index = seed % size
        const tree = growTree(leaves)
        const root = tree.root()
        const path = tree.inclusion(index, size)
        const leaf = hashLeaf(leaves[index] ?? '')
        const elsewhere = other % size
        expect(isIncluded(hashLeaf('forged'), { index, size }, path, root)).toBe(false)
        expect(isIncluded(leaf, { index, size }, path, hashLeaf('forged'))).toBe(false)
        if (elsewhere !== index) expect(isIncluded(leaf, { index: elsewhere, size }, path, root)).toBe(false)
        expect(isIncluded(leaf, { index, size }, [...path, root], root)).toBe(false)
        if (path.length > 0) expect(isIncluded(leaf, { index, size }, path.slice(1), root)).toBe(false)
        expect(isIncluded(leaf, { index: size, size }, path, root)).toBe(false)
      }),
    )
  })

  it('believes no proof between trees of which one was rewritten', () => {
    fc.assert(
      fc.property(trees, fc.nat(), fc.nat(), (leaves, seed, changed) => {
        const size = 1 + (seed % leaves.length)
        const tree = growTree(leaves)
        const root = tree.root()
        const proof = tree.consistency(size, leaves.length)
        const rewritten = leaves.slice(0, size).with(changed % size, 'rewritten')
        const forked = { size, root: naiveRoot(rewritten) }
        expect(isConsistent(forked, { size: leaves.length, root }, proof)).toBe(false)
        expect(isConsistent({ size: leaves.length, root }, forked, proof)).toBe(false)
      }),
    )
  })
})
