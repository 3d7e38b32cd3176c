import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findDuplicates } from '../../../../runtime/src/gateway/search/duplicates.ts'
import { createEmbeddings } from '../../../../runtime/src/gateway/search/embeddings.ts'
import { fuseRanks } from '../../../../runtime/src/gateway/search/rank-fusion.ts'
import { ToolSearch } from '../../../../runtime/src/gateway/search/tool-search.ts'
import { words } from '../../../../runtime/src/gateway/search/tool-text.ts'
import { expose } from '../../../../runtime/src/gateway/router/view.ts'
import { principal } from '../harness.ts'
import { scriptedUpstream, tool } from '../scripted-upstream.ts'

const upstream = scriptedUpstream('one', {})
const exposed = (name: string, description: string) =>
  expose(upstream, tool(name, { description }), name, {}, undefined)
const tools = [
  exposed('send_mail', 'Sends a letter.'),
  exposed('drop_table', 'Removes a table of the database.'),
  exposed('get_weather', 'Tells how warm it is.'),
]
const view = { server: undefined, tools }
const alice = principal('token:alice')
const all = { isVisible: () => true }

/** Vectors by meaning, as a model would give them: one number for each subject. */
const SUBJECTS = [/mail|letter|post/, /table|database|sql/, /weather|warm|temperature|degrees/]
const meaning = (text: string) => SUBJECTS.map((subject) => (subject.test(text.toLowerCase()) ? 1 : 0.01))

describe('searching tools [G5]', () => {
  it('splits names as people write them', () => {
    expect(words('create_pullRequest2-now')).toEqual(['create', 'pull', 'Request', '2', 'now'].map(String))
  })

  it('lets others work while it reads thousands of tools', async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => exposed(`tool_${index}`, `Does thing number ${index}.`))
    let turns = 0
    const counting = setInterval(() => (turns += 1), 0)
    const found = await new ToolSearch().find(all, alice, { server: undefined, tools: many }, 'thing 4711')
    clearInterval(counting)
    expect(found[0]?.exposed).toBe('tool_4711')
    expect(turns).toBeGreaterThan(10)
  })

  it('finds by meaning what shares no word with the question', async () => {
    const asked: string[][] = []
    const embed = (texts: readonly string[]) => {
      asked.push([...texts])
      return Promise.resolve(texts.map(meaning))
    }
    const search = new ToolSearch(createEmbeddings(embed, () => undefined))
    const found = await search.find(all, alice, view, 'degrees outside')
    expect(found[0]?.exposed).toBe('get_weather')
    await search.find(all, alice, view, 'post something')
    // The texts of the tools are asked for once.
    expect(asked.map(({ length }) => length)).toEqual([4, 1])
  })

  it('goes by words alone while the service fails, and does not ask it again at once', async () => {
    let asked = 0
    let now = 0
    const warned: unknown[] = []
    const fail = () => {
      asked += 1
      return Promise.reject(new Error('down'))
    }
    const search = new ToolSearch(
      createEmbeddings(
        fail,
        (error) => warned.push(error),
        () => now,
      ),
    )
    expect((await search.find(all, alice, view, 'mail'))[0]?.exposed).toBe('send_mail')
    await search.find(all, alice, view, 'table')
    expect([asked, warned.length]).toEqual([1, 1])
    now = 60_000
    await search.find(all, alice, view, 'table')
    expect(asked).toBe(2)
  })

  it('answers as if tools that the caller may not see did not exist', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(tools),
        fc.constantFrom('table', 'a letter', 'how warm', 'mail database weather', 'sned mial'),
        async (seen, query) => {
          const policy = {
            isVisible: (_: unknown, __: unknown, name: string) => seen.some((one) => one.original === name),
          }
          const found = await new ToolSearch().find(policy, alice, view, query)
          const alone = { ...view, tools: seen }
          expect(found).toEqual(await new ToolSearch().find(all, alice, alone, query))
        },
      ),
    )
  })

  it('puts what both orders have high before what one has first', () => {
    const [mail, table, weather] = tools
    if (mail === undefined || table === undefined || weather === undefined) throw new Error('Expected three tools.')
    expect(
      fuseRanks([
        [mail, table],
        [weather, table],
      ])[0],
    ).toBe(table)
  })
})

describe('duplicates across upstreams [G5]', () => {
  const place = (label: string, ...offered: ReturnType<typeof tool>[]) => ({
    upstream: { label },
    catalog: { tools: offered },
  })

  it('finds equal definitions, and alike ones whose names differ by their server', () => {
    const same = tool('search', { description: 'Searches the web.' })
    const found = findDuplicates([
      place('one', same, tool('one_create_issue', { description: 'Creates an issue in a repository.' })),
      place('two', same, tool('createIssue', { description: 'Creates a new issue in the repository.' })),
      place('three', tool('create_issue', { description: 'Makes tea.' })),
    ])
    expect(found.map(({ kind, tools: [first] }) => [kind, first?.tool])).toEqual([['same', 'search']])
    const alike = findDuplicates([
      place('one', tool('one_create_issue', { description: 'Creates an issue in a repository.' })),
      place('two', tool('createIssue', { description: 'Creates a new issue in the repository.' })),
    ])
    expect(alike).toMatchObject([{ kind: 'alike', tools: [{ upstream: 'one' }, { upstream: 'two' }] }])
  })

  it('leaves alone what one upstream has twice, and equal names of different things', () => {
    const twice = tool('read', { description: 'Reads a file.' })
    expect(findDuplicates([place('one', twice, twice)])).toEqual([])
    const found = findDuplicates([
      place('one', tool('run', { description: 'Runs the tests of a project.' })),
      place('two', tool('run', { description: 'Plans a jogging route near you.' })),
    ])
    expect(found).toEqual([])
  })
})
