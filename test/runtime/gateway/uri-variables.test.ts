import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchUriTemplate, matchesUriTemplate } from '../../../runtime/src/gateway/upstream/uri-template.ts'

describe('values of a URI template [G2, H5]', () => {
  it.each<[string, string, Record<string, string> | undefined]>([
    ['note://{folder}/{id}', 'note://desk/7', { folder: 'desk', id: '7' }],
    ['note://{folder}/{id}', 'note://work', undefined],
    ['test://{id}/data', 'test://12%2034/data', { id: '12 34' }],
    ['test://{id}/data', 'test://100%/data', { id: '100%' }],
    ['file://{+path}', 'file://a/b/c.txt', { path: 'a/b/c.txt' }],
    ['a{/one,two}', 'a/x/y', { one: 'x', two: 'y' }],
    ['a{.ext}', 'a.txt', { ext: 'txt' }],
    ['find{?q,page}', 'find?q=a%20b&page=2', { q: 'a b', page: '2' }],
    ['find{?q,page}', 'find', {}],
    ['find{?q}{&page}', 'find?q=1&page=2', { q: '1', page: '2' }],
    ['a{;x,y}', 'a;x=1;y=2', { x: '1', y: '2' }],
    ['{x,y}', '1,2', { x: '1', y: '2' }],
    ['a{#part}', 'a#there', { part: 'there' }],
    ['{a}-{b}', 'x-y-z', { a: 'x-y', b: 'z' }],
  ])('%s ← %s', (template, uri, values) => {
    expect(matchUriTemplate(template, uri)).toEqual(values)
  })

  it('are what an expansion was made of', () => {
    const value = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.isWellFormed())
    fc.assert(
      fc.property(value, value, (one, two) => {
        const uri = `x://${encodeURIComponent(one)}/${encodeURIComponent(two)}`
        expect(matchUriTemplate('x://{one}/{two}', uri)).toEqual({ one, two })
      }),
    )
  })

  it('are there exactly when the template fits', () => {
    const part = fc.constantFrom('a', '/', '{x}', '{+y}', '{?q}', '{/p}', '{#f}', '-')
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 6 }),
        fc.string({ unit: fc.constantFrom('a', '/', '-', '?', '#', 'q', '='), maxLength: 14 }),
        (parts, uri) => {
          const template = parts.join('')
          expect(matchUriTemplate(template, uri) !== undefined).toBe(matchesUriTemplate(template, uri))
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
