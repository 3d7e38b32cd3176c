import type { JsonValue } from '@nexus/plugin-api'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toResult } from '../../plugins/openapi/src/answer.ts'
import { readConfiguration } from '../../plugins/openapi/src/configuration.ts'
import { parseDocument } from '../../plugins/openapi/src/load-document.ts'
import { createNamer } from '../../plugins/openapi/src/name.ts'
import { readTools } from '../../plugins/openapi/src/read-tools.ts'
import { buildRequest } from '../../plugins/openapi/src/request.ts'

const configuration = readConfiguration({ baseUrl: 'https://api.example.com/v1/', document: '{}' })

function toolsOf(paths: object, rest: object = {}, selection = { include: [] as string[], readOnly: false }) {
  const document = parseDocument(
    JSON.stringify({ openapi: '3.1.0', info: { title: 't', version: '1' }, paths, ...rest }),
  )
  return readTools(document, selection)
}

function onlyTool(paths: object, rest: object = {}) {
  const [tool] = toolsOf(paths, rest).tools
  if (tool === undefined) throw new Error('Expected a tool.')
  return tool
}

function urlOf(parameter: object, value: JsonValue, path = '/x') {
  const tool = onlyTool({ [path]: { get: { parameters: [{ name: 'p', schema: {}, ...parameter }] } } })
  const [argument = ''] = tool.parameters.keys()
  return buildRequest(tool, { [argument]: value }, configuration)
}

/** A schema with eight members that each refer to the next level. */
const level = (index: number) => ({
  type: 'object',
  properties: Object.fromEntries(
    Array.from({ length: 8 }, (_, at) => [`p${at}`, { $ref: `#/components/schemas/L${index + 1}` }]),
  ),
})

const answer = (status: number, body: string, type = 'application/json') =>
  toResult({ status, body, headers: { 'content-type': type }, url: 'https://x' })

describe('OpenAPI documents [H2]', () => {
  test.each([
    ['[]', /JSON object/],
    ['openapi: 3.0.0\npaths: {}', /YAML/],
    ['{"swagger":"2.0","paths":{}}', /Swagger 2/],
    ['{"openapi":"4.0.0","paths":{}}', /3\.0 or 3\.1/],
    ['{"openapi":"3.1.0"}', /`paths`/],
  ])('refuses %j', (text, message) => {
    expect(() => parseDocument(text)).toThrow(
      expect.objectContaining({ code: 'OPENAPI_DOCUMENT', message: expect.stringMatching(message) }),
    )
  })

  test.each([
    [{ document: '{}' }],
    [{ baseUrl: 'ftp://x', document: '{}' }],
    [{ baseUrl: 'https://u:p@x', document: '{}' }],
    [{ baseUrl: 'https://x?y', document: '{}' }],
    [{ baseUrl: 'https://x' }],
    [{ baseUrl: 'https://x', document: '{}', documentUrl: 'https://x' }],
    [{ baseUrl: 'https://x', document: '{}', token: 't', format: 'none' }],
    [{ baseUrl: 'https://x', document: '{}', token: 't', header: 'A B' }],
  ])('refuses the configuration %j', (config) => {
    expect(() => readConfiguration(config)).toThrow(expect.objectContaining({ code: 'OPENAPI_CONFIG' }))
  })

  test('offers what is included by id, tag and path, and only reads when asked', () => {
    const paths = {
      '/a': { get: { operationId: 'getA' }, post: { operationId: 'addA', tags: ['write'] } },
      '/b/{id}': { get: { operationId: 'getB' } },
      '/c': { delete: { operationId: 'dropC' } },
    }
    const names = (include: string[], readOnly = false) =>
      toolsOf(paths, {}, { include, readOnly }).tools.map((tool) => tool.definition.name)
    expect(names([])).toEqual(['getA', 'addA', 'getB', 'dropC'])
    expect(names(['write', '/b/*'])).toEqual(['addA', 'getB'])
    expect(names(['/a', 'dropC'])).toEqual(['getA', 'addA', 'dropC'])
    expect(names([], true)).toEqual(['getA', 'getB'])
    expect(() => names(['nothing'])).toThrow(expect.objectContaining({ code: 'OPENAPI_EMPTY' }))
  })

  test('refuses more operations than a client could choose from', () => {
    const paths = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`/p${index}`, { get: {} }]))
    expect(() => toolsOf(paths)).toThrow(expect.objectContaining({ code: 'OPENAPI_TOO_MANY' }))
  })

  test('leaves out operations that demand a file or a cookie and says so', () => {
    const { tools, skipped } = toolsOf({
      '/up': { post: { requestBody: { required: true, content: { 'multipart/form-data': {} } } } },
      '/login': { get: { parameters: [{ name: 'sid', in: 'cookie', required: true }] } },
      '/ok': { get: { parameters: [{ name: 'theme', in: 'cookie' }] } },
    })
    expect(tools.map((tool) => tool.definition.name)).toEqual(['get_ok'])
    expect(skipped).toEqual([
      'Left out POST /up: its body must be sent as multipart/form-data.',
      'Left out GET /login: it needs the cookie sid.',
    ])
  })
})

describe('operations as tools [H2]', () => {
  test('describes name, arguments, body and hints', () => {
    const tool = onlyTool({
      '/pets/{petId}': {
        parameters: [
          { name: 'petId', in: 'path', required: true, schema: { type: 'integer' }, description: 'Which pet.' },
        ],
        put: {
          operationId: 'update pet!',
          summary: 'Update a pet',
          description: 'Changes\u200b it.',
          parameters: [
            { name: 'filter[x]', in: 'query', schema: { type: 'string' } },
            { name: 'petId', in: 'header', schema: { type: 'string' } },
          ],
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['id', 'name'],
                  properties: { id: { type: 'integer', readOnly: true }, name: { type: 'string' } },
                },
              },
            },
          },
        },
      },
    })
    expect(tool.definition).toEqual({
      name: 'update_pet',
      title: 'Update a pet',
      description: 'Update a pet\n\nChanges it.\n\nPUT /pets/{petId}',
      inputSchema: {
        type: 'object',
        properties: {
          petId: { type: 'integer', description: 'Which pet.' },
          filter_x: { type: 'string' },
          petId_2: { type: 'string' },
          body: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
        },
        required: ['petId', 'body'],
        additionalProperties: false,
      },
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
    })
  })

  test.each([
    ['get', { readOnlyHint: true, openWorldHint: true }],
    ['post', { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true }],
    ['patch', { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true }],
    ['delete', { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true }],
  ])('hints what %s means', (method, annotations) => {
    expect(onlyTool({ '/x': { [method]: {} } }).definition.annotations).toEqual(annotations)
  })

  test('gives every operation a name of its own that clients accept', () => {
    const { tools } = toolsOf({ '/a-b': { get: {} }, '/a/b': { get: {} }, '/a_b': { get: {} } })
    expect(tools.map((tool) => tool.definition.name)).toEqual(['get_a-b', 'get_a_b', 'get_a_b_2'])
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 90 })), (wanted) => {
        const names = wanted.map(createNamer())
        expect(new Set(names).size).toBe(names.length)
        for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
      }),
    )
  })

  test('speaks the schema dialect of 3.0: nullable, exclusive bounds, examples', () => {
    const schema = {
      type: 'object',
      properties: {
        nullable: { type: 'string', nullable: true, enum: ['a'] },
        bound: { type: 'number', minimum: 0, exclusiveMinimum: true, example: 1 },
        any: { nullable: true, allOf: [{ $ref: '#/components/schemas/Named' }] },
      },
    }
    const tool = onlyTool(
      { '/x': { post: { requestBody: { content: { 'application/json': { schema } } } } } },
      { openapi: '3.0.3', components: { schemas: { Named: { type: 'string', xml: {}, 'x-y': 1 } } } },
    )
    expect(tool.definition.inputSchema['properties']).toEqual({
      body: {
        type: 'object',
        properties: {
          nullable: { type: ['string', 'null'], enum: ['a', null] },
          bound: { type: 'number', exclusiveMinimum: 0, examples: [1] },
          any: { anyOf: [{ allOf: [{ type: 'string' }] }, { type: 'null' }] },
        },
      },
    })
  })

  test('writes references out in place and recursive ones as definitions', () => {
    const tool = onlyTool(
      { '/x': { post: { requestBody: { $ref: '#/components/requestBodies/B' } } } },
      {
        components: {
          requestBodies: { B: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Node' } } } } },
          schemas: {
            Node: {
              type: 'object',
              properties: { next: { $ref: '#/components/schemas/Node' }, leaf: { $ref: '#/components/schemas/a~1b' } },
            },
            'a/b': { type: 'string' },
          },
        },
      },
    )
    const node = { type: 'object', properties: { next: { $ref: '#/$defs/Node' }, leaf: { type: 'string' } } }
    expect(tool.definition.inputSchema).toMatchObject({ properties: { body: node }, $defs: { Node: node } })
  })

  test('is bounded for schemas that would grow without end when written out', () => {
    const schemas = Object.fromEntries([
      ...Array.from({ length: 30 }, (_, index) => [`L${index}`, level(index)]),
      ['L30', { type: 'string' }],
    ])
    const tool = onlyTool(
      {
        '/x': {
          post: { requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/L0' } } } } },
        },
      },
      { components: { schemas } },
    )
    expect(JSON.stringify(tool.definition).length).toBeLessThan(300_000)
  })

  test.each([['#/components/schemas/Missing'], ['other.json#/A'], ['#/components/schemas/A']])(
    'refuses the reference %s',
    ($ref) => {
      const components = { parameters: { A: { $ref: '#/components/parameters/A' } }, schemas: {} }
      const parameters =
        $ref.endsWith('/A') && $ref.startsWith('#')
          ? [{ $ref: '#/components/parameters/A' }]
          : [{ name: 'p', in: 'query', schema: { $ref } }]
      expect(() => toolsOf({ '/x': { get: { parameters } } }, { components })).toThrow(
        expect.objectContaining({ code: 'OPENAPI_REFERENCE' }),
      )
    },
  )
})

describe('arguments in a request [H2]', () => {
  // Source: the table of OpenAPI 3.1, section 4.8.12.4, with color = blue, [blue, black, brown], {R:100,G:200,B:150}.
  const list = ['blue', 'black', 'brown']
  const object = { R: 100, G: 200, B: 150 }
  test.each([
    ['simple', false, 'blue', 'blue'],
    ['simple', false, list, 'blue,black,brown'],
    ['simple', false, object, 'R,100,G,200,B,150'],
    ['simple', true, object, 'R=100,G=200,B=150'],
    ['label', false, 'blue', '.blue'],
    ['label', false, list, '.blue,black,brown'],
    ['label', true, list, '.blue.black.brown'],
    ['label', true, object, '.R=100.G=200.B=150'],
    ['matrix', false, 'blue', ';p=blue'],
    ['matrix', false, list, ';p=blue,black,brown'],
    ['matrix', true, list, ';p=blue;p=black;p=brown'],
    ['matrix', true, object, ';R=100;G=200;B=150'],
  ])('writes path style %s (explode %s) of %j', (style, explode, value, expected) => {
    expect(urlOf({ in: 'path', style, explode }, value, '/x/{p}').url).toBe(`https://api.example.com/v1/x/${expected}`)
  })

  test.each([
    ['form', true, 'a b&c=d', 'p=a%20b%26c%3Dd'],
    ['form', true, list, 'p=blue&p=black&p=brown'],
    ['form', false, list, 'p=blue,black,brown'],
    ['form', true, object, 'R=100&G=200&B=150'],
    ['form', false, object, 'p=R,100,G,200,B,150'],
    ['spaceDelimited', false, list, 'p=blue%20black%20brown'],
    ['pipeDelimited', false, list, 'p=blue%7Cblack%7Cbrown'],
    ['deepObject', true, object, 'p%5BR%5D=100&p%5BG%5D=200&p%5BB%5D=150'],
    ['deepObject', true, { a: { b: [1, 2] }, c: null }, 'p%5Ba%5D%5Bb%5D=1&p%5Ba%5D%5Bb%5D=2'],
    ['form', true, true, 'p=true'],
    ['form', true, '', 'p='],
  ])('writes query style %s (explode %s) of %j', (style, explode, value, expected) => {
    expect(urlOf({ in: 'query', style, explode }, value).url).toBe(`https://api.example.com/v1/x?${expected}`)
  })

  test('keeps reserved characters where the document allows them, but never ends the query', () => {
    expect(urlOf({ in: 'query', allowReserved: true }, 'a/b?c&d#e+f').url).toBe(
      'https://api.example.com/v1/x?p=a/b?c%26d%23e%2Bf',
    )
  })

  test('writes headers and JSON parameters', () => {
    expect(urlOf({ in: 'header', name: 'X-Ids' }, [1, 2]).request.headers).toMatchObject({ 'x-ids': '1,2' })
    expect(
      urlOf({ in: 'query', schema: undefined, content: { 'application/json': { schema: {} } } }, { a: 1 }).url,
    ).toBe('https://api.example.com/v1/x?p=%7B%22a%22%3A1%7D')
    expect(urlOf({ in: 'header', name: 'Authorization' }, 'x').request.headers).not.toHaveProperty('authorization')
    expect(() => urlOf({ in: 'header', name: 'X-A' }, 'a\r\nb: c')).toThrow(
      expect.objectContaining({ code: 'OPENAPI_ARGUMENT' }),
    )
  })

  test('never lets a path argument leave its segment', () => {
    for (const value of ['.', '..', '']) {
      expect(() => urlOf({ in: 'path' }, value, '/users/{p}/keys')).toThrow(
        expect.objectContaining({ code: 'OPENAPI_ARGUMENT' }),
      )
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (value) => {
        if (value === '.' || value === '..') return
        const { url } = urlOf({ in: 'path' }, value, '/users/{p}/keys')
        expect(new URL(url).pathname).toMatch(/^\/v1\/users\/[^/]+\/keys$/)
        expect(new URL(url).host).toBe('api.example.com')
      }),
    )
  })

  test('reads back every query text as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(new URL(urlOf({ in: 'query' }, value).url).searchParams.get('p')).toBe(value.toWellFormed())
      }),
    )
  })

  test.each([
    ['application/json', { a: [1] }, '{"a":[1]}'],
    ['application/vnd.x+json', { a: 1 }, '{"a":1}'],
    [
      'application/x-www-form-urlencoded',
      { a: 'b c', list: [1, 2], o: { k: 'v' }, none: null },
      'a=b%20c&list=1&list=2&o%5Bk%5D=v',
    ],
    ['text/plain', 'hello', 'hello'],
  ])('sends a body as %s', (mediaType, body, expected) => {
    const tool = onlyTool({
      '/x': { post: { requestBody: { required: true, content: { [mediaType]: { schema: {} } } } } },
    })
    expect(buildRequest(tool, { body }, configuration).request).toMatchObject({
      method: 'POST',
      body: expected,
      headers: { 'content-type': mediaType },
    })
    expect(() => buildRequest(tool, {}, configuration)).toThrow(expect.objectContaining({ code: 'OPENAPI_ARGUMENT' }))
  })

  test('refuses arguments that the operation does not have and misses those it needs', () => {
    const tool = onlyTool({ '/x/{p}': { get: { parameters: [{ name: 'p', in: 'path', schema: {} }] } } })
    expect(() => buildRequest(tool, { p: '1', q: 1 }, configuration)).toThrow(
      expect.objectContaining({ code: 'OPENAPI_ARGUMENT', message: 'Expected one of p, found `q`.' }),
    )
    expect(() => buildRequest(tool, {}, configuration)).toThrow(expect.objectContaining({ code: 'OPENAPI_ARGUMENT' }))
  })
})

describe('answers as results [H2]', () => {
  test('gives an object as text and as structure', () => {
    expect(answer(200, '{"a":1}', 'application/json; charset=utf-8')).toEqual({
      content: [{ type: 'text', text: '{"a":1}' }],
      structuredContent: { a: 1 },
    })
  })
  test.each([
    ['[1]', 'application/json'],
    ['{"a":1}', 'text/plain'],
    ['{broken', 'application/json'],
  ])('gives %s of type %s as text only', (body, type) => {
    expect(answer(200, body, type)).toEqual({ content: [{ type: 'text', text: body }] })
  })
  test('shows a failure with its status and the beginning of its body', () => {
    const result = answer(422, 'x'.repeat(5000))
    expect(result.isError).toBe(true)
    expect(result.content?.[0]?.['text']).toMatch(/^The API answered with status 422\.\n\nx{2000}\n\n\[3000 more/)
  })
  test('says that there is no content', () => {
    expect(answer(204, '')).toEqual({ content: [{ type: 'text', text: 'Status 204, no content.' }] })
  })
})
