// oxlint-disable typescript/no-unsafe-type-assertion -- pages hold what the test put into them
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type GivenName, giveNames, type Nameable } from '../../../runtime/src/gateway/router/give-names.ts'
import { listedPage } from '../../../runtime/src/gateway/router/listed-page.ts'
import { MergedView } from '../../../runtime/src/gateway/router/merged-view.ts'
import { matchesUriTemplate } from '../../../runtime/src/gateway/upstream/uri-template.ts'
import type { RpcResult } from '../../../runtime/src/gateway/wire/rpc-result.ts'

function emptyView(): MergedView {
  return new MergedView({
    server: undefined,
    tools: [],
    prompts: [],
    resources: [],
    templates: [],
    leftOut: new Set(),
    resourceUpstreams: [],
    instructions: undefined,
    extensions: {},
    problems: [],
    complete: true,
  })
}

const VALID = /^[a-zA-Z0-9_-]{1,64}$/
const label = fc.constantFrom('a', 'b', 'c-1', 'a_very_long_label_of_32_characters')
const original = fc.oneof(
  fc.constantFrom('search', 'read', 'a.b', 'a_b', 'a b', 'x'.repeat(64), 'x'.repeat(65), 'x'.repeat(128)),
  fc.string({ minLength: 1, maxLength: 100 }),
)
const entries = fc.uniqueArray(fc.record({ label, original }), {
  selector: (entry) => `${entry.label}\0${entry.original}`,
  maxLength: 30,
})
const mode = fc.constantFrom('always', 'conditional', 'never')
const byTool = (names: readonly GivenName[]) =>
  new Map(names.map((name) => [`${name.label}\0${name.original}`, name.exposed]))

const exposedBy = (items: readonly Nameable[], prefix: 'always' | 'conditional' | 'never') =>
  giveNames(items, [], prefix).names.map(({ exposed }) => exposed)

describe('exposed names [G4]', () => {
  it('pins the forms', () => {
    expect(exposedBy([{ label: 'web', original: 'fetch' }], 'conditional')).toEqual(['fetch'])
    expect(exposedBy([{ label: 'web', original: 'fetch' }], 'always')).toEqual(['web__fetch'])
    expect(
      exposedBy(
        [
          { label: 'web', original: 'fetch' },
          { label: 'net', original: 'fetch' },
        ],
        'conditional',
      ),
    ).toEqual(['net__fetch', 'web__fetch'])
    expect(exposedBy([{ label: 'web', original: 'a.b' }], 'never')).toEqual(['a_b_922e64e2'])
    expect(exposedBy([{ label: 'web', original: 'x'.repeat(70) }], 'never')).toEqual([`${'x'.repeat(55)}_1a6dceaa`])
  })

  it('every name fits the grammar of all clients and no name is given twice', () => {
    fc.assert(
      fc.property(entries, mode, (items, prefix) => {
        const { names, collisions } = giveNames(items, [], prefix)
        const exposed = names.map((name) => name.exposed)
        expect(exposed.every((name) => VALID.test(name))).toBe(true)
        expect(new Set(exposed).size).toBe(exposed.length)
        expect(names.length + collisions.length).toBe(items.length)
      }),
    )
  })

  it('does not depend on the order of the upstreams', () => {
    fc.assert(
      fc.property(entries, mode, (items, prefix) => {
        expect(giveNames(items.toReversed(), [], prefix)).toEqual(giveNames(items, [], prefix))
      }),
    )
  })

  it('a name once given stays, whoever comes or goes', () => {
    fc.assert(
      fc.property(entries, entries, mode, (first, second, prefix) => {
        const before = giveNames(first, [], prefix)
        const after = giveNames(
          [...first, ...second.filter((entry) => !byTool(before.names).has(`${entry.label}\0${entry.original}`))],
          before.fresh,
          prefix,
        )
        const later = byTool(after.names)
        for (const [tool, exposed] of byTool(before.names)) expect(later.get(tool)).toBe(exposed)
        const alone = giveNames(second, [...before.fresh, ...after.fresh], prefix)
        for (const [tool, exposed] of byTool(alone.names)) expect(later.get(tool) ?? exposed).toBe(exposed)
      }),
    )
  })

  it('a collision names both sides and leaves the name to its holder', () => {
    const known = [{ label: 'a', original: 'search', exposed: 'search' }]
    expect(giveNames([{ label: 'b', original: 'search' }], known, 'never')).toEqual({
      names: [],
      fresh: [],
      collisions: [{ exposed: 'search', label: 'b', original: 'search', holder: 'a: search' }],
    })
    expect(giveNames([{ label: 'b', original: 'search' }], known, 'conditional').names).toMatchObject([
      { exposed: 'b__search' },
    ])
  })

  it('a chosen name wins and is not remembered', () => {
    const given = giveNames(
      [
        { label: 'a', original: 'x', as: 'find' },
        { label: 'b', original: 'find' },
      ],
      [],
      'never',
    )
    expect(given.names).toMatchObject([{ exposed: 'find', original: 'x' }])
    expect(given.fresh).toEqual([])
    expect(given.collisions).toMatchObject([{ label: 'b' }])
  })
})

describe('pages of a list [G2]', () => {
  const listOf = (keys: readonly string[]) => ({
    member: 'things',
    entries: keys.map((key) => ({ entry: { key } })),
    keyOf: ({ entry }: { readonly entry: { readonly key: string } }) => entry.key,
  })
  const everything = () => true
  const keysOf = (page: RpcResult) => (page.value()['things'] as { readonly key: string }[]).map(({ key }) => key)
  const keys = Array.from({ length: 2_500 }, (_, index) => `entry-${String(index).padStart(5, '0')}`)

  it('a walk sees every entry once, even when the list changes meanwhile', () => {
    const first = listedPage(emptyView(), listOf(keys), undefined, everything)
    expect(keysOf(first)).toHaveLength(1_000)
    const changed = listOf(['entry-00000a', ...keys.slice(1)].toSorted())
    const view = emptyView()
    const second = listedPage(view, changed, first.get('nextCursor'), everything)
    const third = listedPage(view, changed, second.get('nextCursor'), everything)
    expect([...keysOf(second), ...keysOf(third)]).toEqual(keys.slice(1_000))
    expect(third.get('nextCursor')).toBeUndefined()
  })

  it('shows each caller what it may see, whoever asked before, in pages of the same length', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.uniqueArray(fc.constantFrom(...keys), { maxLength: 600 }).map((some) => new Set(some)),
          { minLength: 1, maxLength: 5 },
        ),
        (callers) => {
          const view = emptyView()
          for (const hidden of [...callers, ...callers]) {
            const seen: string[] = []
            let cursor: unknown
            do {
              const page = listedPage(view, listOf(keys), cursor, ({ entry }) => !hidden.has(entry.key))
              seen.push(...keysOf(page))
              cursor = page.get('nextCursor')
            } while (cursor !== undefined)
            expect(seen).toEqual(keys.filter((key) => !hidden.has(key)))
          }
        },
      ),
      { numRuns: 20 },
    )
  })

  it('refuses a cursor it did not give', () => {
    fc.assert(
      fc.property(fc.string(), (cursor) => {
        expect(() => listedPage(emptyView(), listOf(['a']), cursor, everything)).toThrow(/cursor/)
      }),
    )
  })
})

describe('URI templates [G2]', () => {
  it.each([
    ['test://template/{id}/data', 'test://template/12/data', true],
    ['test://template/{id}/data', 'test://template/1/2/data', false],
    ['file:///{+path}', 'file:///a/b/c.txt', true],
    ['note://{id}{?lang}', 'note://1?lang=de', true],
    ['note://{id}{?lang}', 'note://1', true],
    ['a.b://{x}', 'aXb://1', false],
  ])('%s against %s', (template, uri, expected) => {
    expect(matchesUriTemplate(template, uri)).toBe(expected)
  })

  it('takes time in proportion to the text, whatever the template', () => {
    const template = '{+a}{+b}{+c}!'
    expect(matchesUriTemplate(template, 'x'.repeat(8_000))).toBe(false)
  })
})
