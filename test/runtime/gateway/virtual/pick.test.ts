// oxlint-disable typescript/no-unsafe-type-assertion -- what comes off the wire is checked by the assertions
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compileGlob } from '../../../../runtime/src/gateway/virtual/match-glob.ts'
import { type RunningGateway, startGateway, WORKSPACE } from '../harness.ts'
import { modern } from '../wire.ts'
import { type EchoUpstream, echoUpstream, notes, tickets } from './echo-upstream.ts'

interface Answer {
  readonly result?: Record<string, Record<string, unknown>[]>
  readonly error?: { readonly code: number; readonly message: string; readonly data?: Record<string, unknown> }
}

let nexus: RunningGateway
let desk: EchoUpstream

beforeEach(async () => {
  nexus = await startGateway()
  desk = echoUpstream('tickets', tickets, ['work', 'connector'])
  nexus.add(desk)
  nexus.add(echoUpstream('notes', notes))
})
afterEach(() => nexus[Symbol.asyncDispose]())

const ask = async (method: string, params: Record<string, unknown> = {}, token = 'alice'): Promise<Answer> =>
  (await (await modern(nexus, method, params, { path: '/v/desk/mcp', token })).json()) as Answer
const make = (definition: object) =>
  nexus.gateway.virtualServers.create(WORKSPACE, { name: 'desk', title: 'Desk', ...definition })
const names = async () => (await ask('tools/list')).result?.['tools']?.map(({ name }) => name)
const uris = async () => (await ask('resources/list')).result?.['resources']?.map(({ uri }) => uri)

describe('a pattern [G4]', () => {
  it('fits what the same regular expression fits', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '_', '/', '?', '*'), maxLength: 12 })
    fc.assert(
      fc.property(text, text, (pattern, name) => {
        const oracle = new RegExp(
          `^${pattern
            .split('*')
            .map((part) => RegExp.escape(part))
            .join('[^]*')}$`,
        )
        expect(compileGlob(pattern)(name)).toBe(oracle.test(name))
      }),
      { numRuns: 2_000 },
    )
  })

  it('costs no more for a hostile name', () => {
    const fits = compileGlob(`${'a*'.repeat(120)}b`)
    const began = performance.now()
    expect(fits('a'.repeat(8_000))).toBe(false)
    // A matcher that tries every split would not come back.
    expect(performance.now() - began).toBeLessThan(1_000)
  })
})

describe('what a virtual server takes [G4]', () => {
  it.each([
    ['a pattern', { include: [{ upstream: 'tick*', name: '*_issue*' }] }, ['create_issue', 'search_issues']],
    ['a hint', { include: [{ annotations: { readOnlyHint: true } }] }, ['search_issues', 'search_notes']],
    [
      'a hint that is not stated, as the specification reads it',
      { include: [{ annotations: { destructiveHint: true } }] },
      ['drop_project', 'write_note'],
    ],
    [
      "a tag of an entry, also in FastMCP's words",
      { include: [{ tags: ['issues'] }] },
      ['drop_project', 'search_issues'],
    ],
    [
      "a word of the plugin's manifest",
      { include: [{ kinds: ['tool'], tags: ['work'] }] },
      ['create_issue', 'drop_project', 'search_issues'],
    ],
    [
      'all of an upstream but what is excluded',
      { tools: [{ upstream: 'tickets', tool: '*' }], exclude: [{ annotations: { destructiveHint: true } }] },
      ['create_issue', 'search_issues'],
    ],
    [
      'nothing that is excluded, though it is named',
      { tools: [{ upstream: 'tickets', tool: 'drop_project' }], exclude: [{ name: 'drop_*' }] },
      [],
    ],
  ])('by %s', async (_what, definition, expected) => {
    await make(definition)
    expect(await names()).toEqual(expected)
  })

  it('prompts, resources and templates by name, in words of its own', async () => {
    await make({
      prompts: [{ upstream: 'tickets', prompt: 'triage', as: 'sort', description: 'Sorts.' }],
      resources: [{ upstream: 'notes', uri: 'notes://1', title: 'First note' }],
      resourceTemplates: [{ upstream: 'tickets', uriTemplate: 'tickets://{+path}' }],
    })
    expect((await ask('prompts/list')).result?.['prompts']).toEqual([{ name: 'sort', description: 'Sorts.' }])
    expect((await ask('resources/list')).result?.['resources']).toEqual([
      { uri: 'notes://1', name: 'one', title: 'First note' },
    ])
    expect((await ask('resources/templates/list')).result?.['resourceTemplates']).toHaveLength(1)
    expect(await names()).toEqual([])
    expect((await ask('prompts/get', { name: 'sort' })).error).toBeUndefined()
    expect(desk.asked.at(-1)?.params).toMatchObject({ name: 'triage' })
    expect((await ask('prompts/get', { name: 'triage' })).error?.code).toBe(-32602)
  })

  it('leaves excluded resources closed, whatever template would open them', async () => {
    await make({
      include: [{ kinds: ['resource', 'resourceTemplate'] }],
      exclude: [{ kinds: ['resource'], name: 'tickets://secret/*' }],
    })
    expect(await uris()).toEqual(['notes://1', 'tickets://open'])
    expect((await ask('resources/read', { uri: 'tickets://closed' })).error).toBeUndefined()
    for (const uri of ['tickets://secret/1', 'tickets://secret/2']) {
      expect((await ask('resources/read', { uri })).error?.data).toMatchObject({ code: 'RESOURCE_UNKNOWN' })
    }
  })

  it('shows titles, descriptions and hints as it says, and leaves the rest of the entry alone', async () => {
    await make({
      tools: [
        {
          upstream: 'tickets',
          tool: 'search_issues',
          as: 'find',
          title: 'Find',
          description: 'Finds.',
          annotations: { openWorldHint: false },
        },
      ],
    })
    expect((await ask('tools/list')).result?.['tools']).toEqual([
      {
        ...tickets.tools?.[0],
        name: 'find',
        title: 'Find',
        description: 'Finds.',
        annotations: { readOnlyHint: true, openWorldHint: false },
      },
    ])
  })

  it('tells of choices that nobody offers', async () => {
    const row = await make({
      tools: [{ upstream: 'gone', tool: 'x' }],
      prompts: [{ upstream: 'tickets', prompt: 'nothing' }],
      resources: [{ upstream: 'tickets', uri: 'tickets://nothing' }],
    })
    const { problems } = await nexus.gateway.virtualServers.preview(row)
    expect(problems.map(({ code }) => code)).toEqual(['UPSTREAM_UNREACHABLE', 'PROMPT_UNKNOWN', 'RESOURCE_UNKNOWN'])
  })
})

describe('arguments that a virtual server gives [G4]', () => {
  const given = {
    tools: [
      {
        upstream: 'tickets',
        tool: 'search_issues',
        as: 'find',
        arguments: { project: { fixed: 'OPS' }, limit: { default: 20 } },
      },
    ],
  }
  const sent = () => desk.asked.at(-1)?.params?.['arguments']

  it('takes fixed ones out of the schema and writes defaults into it', async () => {
    await make(given)
    expect((await ask('tools/list')).result?.['tools']?.[0]?.['inputSchema']).toEqual({
      type: 'object',
      properties: { query: { type: 'string' }, limit: { type: 'integer', default: 20 } },
      required: ['query'],
    })
  })

  it('sends both, and lets the caller overrule only defaults', async () => {
    await make(given)
    await ask('tools/call', { name: 'find', arguments: { query: 'a' } })
    expect(sent()).toEqual({ query: 'a', project: 'OPS', limit: 20 })
    await ask('tools/call', { name: 'find', arguments: { query: 'a', limit: 5 } })
    expect(sent()).toEqual({ query: 'a', project: 'OPS', limit: 5 })
    await ask('tools/call', { name: 'find' })
    expect(sent()).toEqual({ project: 'OPS', limit: 20 })
  })

  it('refuses a caller who sends another value for a fixed one, and no other', async () => {
    await make(given)
    const refused = await ask('tools/call', { name: 'find', arguments: { query: 'a', project: 'HR' } })
    expect(refused.error).toMatchObject({ code: -32602, data: { code: 'ARGUMENT_FIXED', argument: 'project' } })
    expect(desk.asked).toEqual([])
    expect((await ask('tools/call', { name: 'find', arguments: { project: 'OPS' } })).error).toBeUndefined()
  })

  it('tells of an argument that the tool cannot take', async () => {
    const row = await make({
      tools: [{ upstream: 'tickets', tool: 'search_issues', arguments: { limit: { fixed: 'many' } } }],
    })
    expect((await nexus.gateway.virtualServers.preview(row)).problems).toMatchObject([{ code: 'ARGUMENT_INVALID' }])
  })
})
