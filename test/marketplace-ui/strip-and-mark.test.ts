import { assert as check, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hashText, markShape } from '../../marketplace-ui/src/elements/mark-shape.ts'
import { shorten } from '../../marketplace-ui/src/elements/shorten.ts'
import { FAMILIES, mergeStrips, stripOf, summarizeStrip } from '../../marketplace-ui/src/elements/strip-summary.ts'

const none = mergeStrips([])

describe('ids on narrow screens [U1]', () => {
  test('become short enough to compare by eye, and words stay as they are', () => {
    expect(shorten('user:9df595dc-3aa2-4038-92fb-0262e36eca66')).toBe('user:…e36eca66')
    expect(shorten(`sha256:${'0123456789abcdef'.repeat(4)}`)).toBe('sha256:0123456789…abcdef')
    expect(shorten('nexus/web@0.1.0')).toBe('nexus/web@0.1.0')
  })
})

describe('capability strip [U1]', () => {
  test('shows the eight families always in the same order', () => {
    expect(FAMILIES).toEqual([
      'network',
      'files',
      'secrets',
      'tools',
      'processes',
      'panels',
      'events',
      'schedules',
      'client',
    ])
  })

  test('counts what is asked for and names what has no bounds', () => {
    const strip = { ...none, network: 'scoped', processes: 'broad' } as const
    expect(summarizeStrip(strip)).toEqual({ asked: ['network', 'processes'], broad: ['processes'] })
  })

  test('keeps the furthest reach when several permissions concern one family', () => {
    const permissions = [
      { family: 'network', reach: 'scoped' },
      { family: 'network', reach: 'broad' },
      { family: 'files', reach: 'scoped' },
    ] as const
    expect(stripOf(permissions)).toEqual({ ...none, network: 'broad', files: 'scoped' })
  })
})

describe('patch-bay mark [U1]', () => {
  test('is the same for one plugin every time and stays inside its square', () => {
    check(
      property(string(), (id) => {
        const shape = markShape(id)
        expect(markShape(id)).toEqual(shape)
        const numbers = shape.wires.flatMap((wire) => [...wire.path.matchAll(/-?\d+/g)].map(Number))
        expect(numbers.every((value) => value >= 7 && value <= 37)).toBe(true)
      }),
    )
  })

  test('hashes without sign, so that no index is negative', () => {
    check(property(string(), (id) => hashText(id) >= 0 && Number.isInteger(hashText(id))))
  })

  test('differs between the first-party plugins', () => {
    const ids = ['nexus/web', 'nexus/openapi', 'nexus/stdio', 'nexus/remote', 'nexus/redact']
    expect(new Set(ids.map((id) => JSON.stringify(markShape(id)))).size).toBe(ids.length)
  })
})
