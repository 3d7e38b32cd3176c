import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openClient, type PairClient } from '../runtime/gateway/bridge/pairs.ts'
import { type Legs, openLegs } from './legs.ts'

type Json = Record<string, unknown>

const ERAS = ['legacy', 'modern'] as const
let legs: Legs
beforeAll(async () => {
  legs = await openLegs(['plugin'])
})
afterAll(() => legs?.[Symbol.asyncDispose]())

const find = (entries: unknown, key: string, value: string): Json | undefined =>
  (entries as readonly Json[]).find((entry) => entry[key] === value)

/** Waits for something that a client is told. */
const toldOf = (client: PairClient, method: string) =>
  expect.poll(() => client.told.some((said) => said['method'] === method), { timeout: 15_000 })

describe.each(ERAS)('what a plugin in a sandbox offers a %s client by the plugin contract [H5, G2]', (era) => {
  let client: PairClient
  beforeAll(async () => {
    client = await openClient(era, { url: legs.doors.plugin.url.replace(/\/mcp$/, '') })
  })
  afterAll(() => client?.close())

  it('is listed as the manifest has it: titles, schemas, hints, icons, _meta', async () => {
    const { tools } = await client.request('tools/list', {})
    expect(find(tools, 'name', 'test_structured_output')).toEqual({
      name: 'test_structured_output',
      title: 'Temperature',
      description: 'The tool test_structured_output.',
      inputSchema: { type: 'object', properties: { celsius: { type: 'number' } }, required: ['celsius'] },
      outputSchema: {
        type: 'object',
        properties: { celsius: { type: 'number' }, fahrenheit: { type: 'number' } },
        required: ['celsius', 'fahrenheit'],
      },
      annotations: { title: 'Temperature', readOnlyHint: true, openWorldHint: false },
      icons: [{ src: 'https://example.com/thermometer.png', mimeType: 'image/png', sizes: ['48x48'], theme: 'light' }],
      _meta: { 'com.example/unit': 'celsius' },
    })
    const { resources } = await client.request('resources/list', {})
    expect(find(resources, 'name', 'static-text')).toEqual({
      uri: 'test://static-text',
      name: 'static-text',
      title: 'Static text',
      description: 'A text.',
      mimeType: 'text/plain',
      size: 52,
      annotations: { audience: ['user', 'assistant'], priority: 0.5, lastModified: '2026-01-12T15:00:58Z' },
      icons: [{ src: 'https://example.com/text.svg', mimeType: 'image/svg+xml', sizes: ['any'] }],
      _meta: { 'com.example/shelf': 3 },
    })
    const { resourceTemplates } = await client.request('resources/templates/list', {})
    expect(resourceTemplates).toEqual([
      {
        uriTemplate: 'test://template/{id}/data',
        name: 'template',
        description: 'Data by id.',
        mimeType: 'application/json',
      },
    ])
    const { prompts } = await client.request('prompts/list', {})
    expect(find(prompts, 'name', 'test_prompt_with_arguments')).toEqual({
      name: 'test_prompt_with_arguments',
      title: 'With arguments',
      description: 'The prompt test_prompt_with_arguments.',
      arguments: [
        { name: 'arg1', description: 'The argument arg1.', required: true },
        { name: 'arg2', description: 'The argument arg2.', required: true },
      ],
      icons: [{ src: 'https://example.com/prompt.png' }],
      _meta: { 'com.example/words': 7 },
    })
  })

  it('answers with structure', async () => {
    const result = await client.request('tools/call', { name: 'test_structured_output', arguments: { celsius: 100 } })
    expect(result['structuredContent']).toEqual({ celsius: 100, fahrenheit: 212 })
    expect(result['content']).toEqual([{ type: 'text', text: '{"celsius":100,"fahrenheit":212}' }])
  })

  it('suggests values that depend on others, and for variables of templates', async () => {
    const prompt = { type: 'ref/prompt', name: 'test_prompt_with_arguments' }
    const ask = (ref: Json, name: string, value: string, context?: Json) =>
      client
        .request('completion/complete', { ref, argument: { name, value }, ...(context && { context }) })
        .then(({ completion }) => completion)
    expect(await ask(prompt, 'arg2', '', { arguments: { arg1: 'park' } })).toEqual({
      values: ['after park'],
      total: 7,
      hasMore: true,
    })
    const template = { type: 'ref/resource', uri: 'test://template/{id}/data' }
    expect(await ask(template, 'id', '4')).toEqual({ values: ['456'], total: 1, hasMore: false })
    await expect(ask(prompt, 'arg3', '')).rejects.toMatchObject({ code: -32602 })
    const silent = { type: 'ref/prompt', name: 'test_prompt_with_embedded_resource' }
    expect(await ask(silent, 'resourceUri', 'x')).toEqual({ values: [] })
  })

  it('refuses a prompt without its arguments, and says what a template does not have', async () => {
    const params = { name: 'test_prompt_with_arguments', arguments: { arg1: 'a' } }
    await expect(client.request('prompts/get', params)).rejects.toMatchObject({ code: -32602 })
    await expect(client.request('resources/read', { uri: 'test://template/missing/data' })).rejects.toMatchObject({
      code: era === 'legacy' ? -32002 : -32602,
    })
  })

  it('asks a person to visit a page, and for the folders of the client', async () => {
    const visited = await client.request('tools/call', { name: 'test_elicitation_url', arguments: {} })
    expect(visited['content']).toEqual([{ type: 'text', text: 'Visit: accept' }])
    expect(client.asked.at(-1)).toMatchObject({ params: { mode: 'url', url: 'https://example.com/sign-in' } })
    const roots = await client.request('tools/call', { name: 'test_list_roots', arguments: {} })
    expect(roots['content']).toEqual([{ type: 'text', text: 'Roots: file:///work' }])
  })

  it('tells who subscribed that a resource changed', async () => {
    const unsubscribe = await client.subscribe('test://watched-resource')
    await client.request('tools/call', { name: 'test_trigger_resource_update', arguments: {} })
    await toldOf(client, 'notifications/resources/updated').toBe(true)
    await unsubscribe()
  })

  it('comes and goes at run time', async () => {
    const has = async (list: string, name: string) =>
      find((await client.request(`${list}/list`, {}))[list], 'name', name) !== undefined
    const trigger = (kind: string) =>
      client.request('tools/call', { name: `test_trigger_${kind}_change`, arguments: {} })
    await trigger('prompt')
    await expect.poll(() => has('prompts', 'test_passing_prompt'), { timeout: 15_000 }).toBe(true)
    expect((await client.request('prompts/get', { name: 'test_passing_prompt' }))['messages']).toMatchObject([
      { content: { text: 'Here for now.' } },
    ])
    await trigger('prompt')
    await expect.poll(() => has('prompts', 'test_passing_prompt'), { timeout: 15_000 }).toBe(false)
  })
})

describe('what asking costs [H5, M1]', () => {
  it('is a permission that the admin agrees to, and counted', async () => {
    const plan = await legs.host.api('POST', '/api/v1/installations/plan', { pluginId: 'acme/conformance' })
    const asked = plan.body.permissions.filter(({ family }: Json) => family === 'client')
    expect(asked.map(({ targets, reach }: Json) => [targets, reach])).toEqual([
      [['elicitation'], 'scoped'],
      [['sampling'], 'broad'],
      [['roots'], 'scoped'],
    ])
    const grants = await legs.host.api('GET', `/api/v1/installations/${legs.installed.plugin}/grants`)
    const used = grants.body.grants.filter(
      ({ family, uses }: { family: string; uses: number }) => family === 'client' && uses > 0,
    )
    expect(used.map(({ name, verb }: Json) => [name, verb])).toEqual(
      expect.arrayContaining([
        ['elicitation', 'ask'],
        ['roots', 'ask'],
      ]),
    )
  })
})
