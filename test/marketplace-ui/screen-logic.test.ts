import type { CatalogEntry, MarketplaceItem } from '@nexus/runtime/contract'
import { describe, expect, test } from 'vitest'
import { mergeStrips } from '../../marketplace-ui/src/elements/strip-summary.ts'
import { clientSnippetTexts } from '../../marketplace-ui/src/screens/client-snippet-texts.ts'
import { initialValues, partFields, withValue } from '../../marketplace-ui/src/screens/config-values.ts'
import { impactOf } from '../../marketplace-ui/src/screens/impact.ts'
import { applyFilter, countChoice, readFilter, toggled } from '../../marketplace-ui/src/screens/market-filter.ts'
import { withMember } from '../../marketplace-ui/src/screens/server-audience.ts'
import {
  choose,
  EMPTY_DRAFT,
  filterWords,
  fitsSearch,
  isChosen,
  rename,
  type ServerDraft,
  showAs,
  slugOf,
} from '../../marketplace-ui/src/screens/server-draft.ts'

const item = (pluginId: string, more: Partial<MarketplaceItem> = {}): MarketplaceItem => ({
  pluginId,
  displayName: pluginId,
  description: '',
  kind: 'connector',
  publisher: { id: pluginId.split('/')[0] ?? '', displayName: '', trusted: true },
  version: '1.0.0',
  publishedAt: '2026-01-01T00:00:00.000Z',
  downloads: 0,
  keywords: [],
  strip: mergeStrips([]),
  ...more,
})

const filter = (query: string) => readFilter(new URLSearchParams(query))
const isPack = (candidate: MarketplaceItem): boolean => candidate.kind === 'policy-pack'

describe('marketplace filter [U1]', () => {
  const web = item('nexus/web', { strip: { ...mergeStrips([]), network: 'scoped' } })
  const redact = item('nexus/redact', {
    kind: 'policy-pack',
    installation: { id: 'i', version: '1.0.0', state: 'active' },
  })
  const other = item('acme/other')
  const all = [web, redact, other]

  test('hides what uses a family and keeps the rest', () => {
    expect(applyFilter(all, filter('without=network'))).toEqual([redact, other])
  })

  test('combines kinds by "or" and facets by "and"', () => {
    expect(applyFilter(all, filter('kind=connector,policy-pack&publisher=nexus'))).toEqual([web, redact])
    expect(applyFilter(all, filter('kind=connector&installed=yes'))).toEqual([])
  })

  test('ignores values nobody offered', () => {
    expect(filter('without=everything&installed=perhaps')).toEqual({
      kinds: [],
      publishers: [],
      without: [],
      installed: 'any',
    })
  })

  test('counts a choice as if its own facet were free, so that a second choice can be judged', () => {
    expect(countChoice(all, filter('kind=connector'), 'kinds', isPack)).toBe(1)
  })

  test('writes a choice into the address in a stable order', () => {
    expect(toggled(['b'], 'a', true)).toBe('a,b')
    expect(toggled(['a', 'b'], 'a', false)).toBe('b')
  })
})

describe('virtual server editor [U1]', () => {
  const picked = (draft: ServerDraft) => draft.tools.map(({ upstream, tool }) => `${upstream}: ${tool}`)

  test('keeps a new name when other tools are chosen, and loses it when it is emptied', () => {
    const renamed = rename(choose(EMPTY_DRAFT, 'tool', 'a', ['search'], true), 'tool', 'a', 'search', 'find')
    expect(choose(renamed, 'tool', 'a', ['search', 'read'], true).tools).toEqual([
      { upstream: 'a', tool: 'search', as: 'find' },
      { upstream: 'a', tool: 'read' },
    ])
    expect(rename(renamed, 'tool', 'a', 'search', '').tools).toEqual([{ upstream: 'a', tool: 'search' }])
  })

  test('takes every tool of an upstream with one choice', () => {
    const draft = choose(EMPTY_DRAFT, 'tool', 'a', ['*'], true)
    expect(isChosen(draft, 'prompt', 'a', 'anything')).toBe(true)
    expect(isChosen(draft, 'tool', 'b', 'anything')).toBe(false)
  })

  test('leaves the choices of other upstreams and kinds alone', () => {
    const draft = choose(choose(EMPTY_DRAFT, 'tool', 'a', ['x', 'y'], true), 'tool', 'b', ['x'], true)
    const more = choose(choose(draft, 'prompt', 'a', ['x'], true), 'resource', 'a', ['x:y'], true)
    expect(picked(choose(more, 'tool', 'a', ['x', 'y'], false))).toEqual(['b: x'])
    expect(more).toMatchObject({
      prompts: [{ upstream: 'a', prompt: 'x' }],
      resources: [{ upstream: 'a', uri: 'x:y' }],
    })
  })

  test('writes down only what is said in other words, and for a resource neither name nor arguments', () => {
    const shown = { as: 'find', title: '', description: 'Finds.', arguments: { q: { fixed: 1 } } }
    expect(showAs(EMPTY_DRAFT, 'tool', 'a', 'x', shown).tools).toEqual([
      { upstream: 'a', tool: 'x', as: 'find', description: 'Finds.', arguments: { q: { fixed: 1 } } },
    ])
    expect(showAs(EMPTY_DRAFT, 'resource', 'a', 'x:y', shown).resources).toEqual([
      { upstream: 'a', uri: 'x:y', description: 'Finds.' },
    ])
  })

  test('finds entries by every word, in names, texts and tags', () => {
    const entry: CatalogEntry = { kind: 'tool', key: 'search_issues', description: 'Finds tickets.', tags: ['jira'] }
    expect(['', 'issue', 'JIRA find', 'tickets search'].every((search) => fitsSearch(entry, search))).toBe(true)
    expect(fitsSearch(entry, 'jira delete')).toBe(false)
  })

  test('says a filter in few words', () => {
    const said = {
      name: 'a*',
      annotations: { readOnlyHint: true, openWorldHint: false },
      tags: ['x'],
    }
    expect(filterWords({ ...said, kinds: ['tool'] })).toEqual(['tool', 'a*', 'readOnlyHint', '!openWorldHint', '#x'])
    expect(filterWords({})).toEqual([])
  })

  test('means everybody when nobody is named', () => {
    const some = withMember(withMember({}, { role: 'member' }, true), { principal: 'user:1' }, true)
    expect(some).toEqual({ roles: ['member'], principals: ['user:1'] })
    expect(withMember(withMember(some, { role: 'member' }, false), { principal: 'user:1' }, false)).toEqual({})
  })

  test('makes a name for the address out of any title', () => {
    expect(slugOf('Büro & Team #1')).toBe('buro-team-1')
    expect(slugOf('---')).toBe('')
    expect(slugOf('x'.repeat(39) + ' y')).toBe('x'.repeat(39))
  })
})

describe('configuration form [U1]', () => {
  test('folds away in a long form what can stay as it is, and never what must be answered', () => {
    const text = (name: string) => ({ name, type: 'string', title: '', required: false }) as const
    const limit = { name: 'limit', type: 'number', title: '', required: false } as const
    const usual = { ...text('sharing'), default: 'shared' }
    const needed = { ...text('url'), required: true, default: 'https://example.com' }
    const few = [needed, usual, limit]
    expect(partFields(few)).toEqual({ shown: few, folded: [] })
    const many = [...few, ...['a', 'b', 'c', 'd', 'e', 'f'].map(text)]
    expect(partFields(many).folded).toEqual([usual, limit])
    expect(partFields(many).shown.map(({ name }) => name)).toEqual(['url', 'a', 'b', 'c', 'd', 'e', 'f'])
  })

  test('starts with the defaults of the manifest and what was set before', () => {
    const fields = [
      { name: 'limit', type: 'number', title: '', required: false, default: 20 },
      { name: 'site', type: 'string', title: '', required: true },
    ] as const
    expect(initialValues(fields)).toEqual({ limit: 20 })
    expect(initialValues(fields, { limit: 5 })).toEqual({ limit: 5 })
  })

  test('drops an emptied value instead of sending an empty one, but keeps a false', () => {
    expect(withValue({ a: 'x', b: true }, 'a', '')).toEqual({ b: true })
    expect(withValue({ b: true }, 'b', false)).toEqual({ b: false })
  })
})

describe('removal and client snippets [U1]', () => {
  test('tells which virtual servers lose how many tools', () => {
    const server = {
      title: 'Desk',
      tools: [
        { upstream: 'web', tool: 'a' },
        { upstream: 'x', tool: 'b' },
      ],
    }
    const impact = impactOf(['web'], [server])
    expect(impact).toEqual([{ server: 'Desk', tools: 1 }])
  })

  test('writes valid JSON with the token in the Authorization header', () => {
    for (const { client, text } of clientSnippetTexts('desk', 'http://h/v/desk/mcp', 'nxt_1')) {
      if (!client.startsWith('stdio')) {
        expect(text, client).toContain('Bearer nxt_1')
        expect(text, client).toContain('http://h/v/desk/mcp')
      }
      if (text.startsWith('{')) expect(() => JSON.parse(text), client).not.toThrow()
    }
  })

  test('offers nexus connect to clients that only start processes, the token in the environment', () => {
    const entryOf = (url: string) => {
      const found = clientSnippetTexts('desk', url, 'nxt_1').find(({ client }) => client.startsWith('stdio'))
      return JSON.parse(found?.text ?? '{}').mcpServers.desk
    }
    expect(entryOf('http://h:7100/v/desk/mcp')).toEqual({
      command: 'npx',
      args: ['--no', '--', 'nexus', 'connect', '--url', 'http://h:7100', '--virtual-server', 'desk'],
      env: { NEXUS_TOKEN: 'nxt_1' },
    })
    expect(entryOf('http://h:7100/mcp').args).toEqual(['--no', '--', 'nexus', 'connect', '--url', 'http://h:7100'])
  })
})
