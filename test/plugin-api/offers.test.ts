import { inputRequiredSchema, inputRequestSchema, templateVariables } from '@nexus/plugin-api'
import { describe, expect, test } from 'vitest'
import { issuePaths, parseWith } from './manifest-input.ts'

const contributes = (point: string, entry: object) => ({ contributes: { [point]: [entry] } })
const prompt = { name: 'greet', arguments: [{ name: 'who' }] }
const template = { name: 'note', uriTemplate: 'note://{folder}/{id}' }
const tool = { name: 't', description: 'd', inputSchema: { type: 'object' } }
const icon = { src: 'https://example.com/i.png', mimeType: 'image/png', sizes: ['48x48', 'any'], theme: 'dark' }

describe('what a plugin may offer besides tools [H5]', () => {
  test.each([
    ['tools', { ...tool, icons: [icon], _meta: { 'com.example/a': [1] }, outputSchema: { type: 'object' } }],
    ['resources', { name: 'r', uri: 'r://1', size: 0, icons: [icon], _meta: {}, annotations: { priority: 1 } }],
    ['resources', { ...template, completions: ['folder', 'id'], annotations: { audience: ['user'] } }],
    ['prompts', { ...prompt, completions: ['who'], icons: [{ src: 'data:image/png;base64,AAAA' }], _meta: {} }],
  ])('%s take what MCP gives them', (point, entry) => {
    const parsed = parseWith(contributes(point, entry))
    expect(parsed.ok && Object.entries(parsed.manifest.contributes).find(([name]) => name === point)?.[1]).toEqual([
      entry,
    ])
  })

  test.each([
    ['prompts', { ...prompt, completions: ['whom'] }, 'contributes.prompts.0.completions'],
    ['resources', { ...template, completions: ['name'] }, 'contributes.resources.0.completions'],
    ['resources', { name: 'r', uri: 'r://1', completions: ['id'] }, 'contributes.resources.0'],
    [
      'resources',
      { name: 'r', uri: 'r://1', annotations: { priority: 2 } },
      'contributes.resources.0.annotations.priority',
    ],
    ['tools', { ...tool, icons: [{ src: 'http://example.com/i.png' }] }, 'contributes.tools.0.icons.0.src'],
    ['tools', { ...tool, icons: [{ src: 'data:text/html;base64,AAAA' }] }, 'contributes.tools.0.icons.0.src'],
    ['tools', { ...tool, icons: [{ src: 'javascript:alert(1)' }] }, 'contributes.tools.0.icons.0.src'],
    ['tools', { ...tool, icons: [{ ...icon, sizes: ['big'] }] }, 'contributes.tools.0.icons.0.sizes.0'],
  ])('%s refuse %j', (point, entry, path) => {
    expect(issuePaths(contributes(point, entry))).toEqual([path])
  })

  test('only adapters learn resources and prompts at run time', () => {
    const learns = { resourcesDynamic: true, promptsDynamic: true }
    expect(issuePaths({ kind: 'mcp-adapter', contributes: learns })).toEqual([])
    expect(issuePaths({ contributes: learns })).toEqual(['contributes'])
  })

  test('asking the client is a permission for each kind of question', () => {
    const reason = 'r'
    const client = (['elicitation', 'sampling', 'roots'] as const).map((ask) => ({ ask, reason }))
    expect(issuePaths({ permissions: { client } })).toEqual([])
    expect(issuePaths({ permissions: { client: [{ ask: 'anything', reason }] } })).toEqual(['permissions.client.0.ask'])
    expect(issuePaths({ permissions: { client: [{ ask: 'roots' }] } })).toEqual(['permissions.client.0.reason'])
  })
})

describe('variables of URI templates [H5]', () => {
  test.each([
    ['note://{folder}/{id}', ['folder', 'id']],
    ['a{?q,page*}{&rest}', ['q', 'page', 'rest']],
    ['a{+path:20}{#part}', ['path', 'part']],
    ['a{}b', []],
    ['plain', []],
  ])('of %s are %j', (text, variables) => {
    expect(templateVariables(text)).toEqual(variables)
  })
})

describe('questions to a client [H5]', () => {
  const form = { message: 'Name?', requestedSchema: { type: 'object', properties: { name: { type: 'string' } } } }
  const sampling = { messages: [{ role: 'user', content: { type: 'text', text: 'Hi' } }], maxTokens: 10 }

  test.each([
    { method: 'elicitation/create', params: form },
    { method: 'elicitation/create', params: { mode: 'url', message: 'Go', url: 'https://example.com' } },
    { method: 'sampling/createMessage', params: { ...sampling, systemPrompt: 's', temperature: 0.5 } },
    { method: 'roots/list' },
  ])('are those of MCP: $method', (request) => {
    expect(inputRequestSchema.safeParse(request).success).toBe(true)
  })

  test.each([
    { method: 'tools/call', params: {} },
    { method: 'elicitation/create', params: { ...form, message: '' } },
    { method: 'elicitation/create', params: { ...form, message: 'a\u202Eb' } },
    { method: 'elicitation/create', params: { mode: 'url', message: 'Go', url: 'http://example.com' } },
    { method: 'sampling/createMessage', params: { ...sampling, messages: [] } },
    { method: 'sampling/createMessage', params: { ...sampling, maxTokens: 0 } },
    { method: 'roots/list', params: { more: 1 } },
  ])('are no others: %j', (request) => {
    expect(inputRequestSchema.safeParse(request).success).toBe(false)
  })

  test('come sixteen at once at most, with a state of bounded size', () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`q${index}`, { method: 'roots/list' }]))
    const holds = (rest: object) => inputRequiredSchema.safeParse({ resultType: 'input_required', ...rest }).success
    expect([holds({ inputRequests: many(16) }), holds({ inputRequests: many(17) })]).toEqual([true, false])
    expect([holds({ requestState: 'x'.repeat(65_536) }), holds({ requestState: 'x'.repeat(65_537) })]).toEqual([
      true,
      false,
    ])
    expect(holds({ requestState: 's', content: [] })).toBe(false)
  })
})
