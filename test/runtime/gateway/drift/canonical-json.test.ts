import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonValue } from '@nexus/plugin-api'
import { canonicalJson } from '../../../../runtime/src/gateway/canonical-json.ts'

function shuffled(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(shuffled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, shuffled(member)]),
  )
}

describe('canonical JSON [G8]', () => {
  it('does not depend on the order of members, and means the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (given) => {
        const value = JSON.parse(JSON.stringify(given)) as JsonValue
        const text = canonicalJson(value) ?? ''
        expect(canonicalJson(shuffled(value))).toBe(text)
        expect(JSON.parse(text)).toEqual(value)
      }),
    )
  })

  it('orders names by UTF-16 code units and writes numbers as ECMAScript does (RFC 8785, 3.2.2 and 3.2.3)', () => {
    expect(canonicalJson({ '€': 1, '\r': 2, '\u{fb33}': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 })).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\u{fb33}":3}',
    )
    expect(canonicalJson([JSON.parse('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27, -0])).toBe(
      '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
    )
  })

  it('gives up on a value that nobody means', () => {
    let deep: JsonValue = 1
    for (let depth = 0; depth < 5_000; depth += 1) deep = [deep]
    expect(canonicalJson(deep)).toBeUndefined()
  })
})
