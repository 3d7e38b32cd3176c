import type { JsonObject, JsonValue } from '@nexus/plugin-api'
import fc from 'fast-check'

/** What a generated server says: its lists, and one answer for each name. */
export interface ServerDefinition {
  readonly capabilities: JsonObject
  readonly instructions: string
  readonly tools: readonly JsonObject[]
  readonly prompts: readonly JsonObject[]
  readonly resources: readonly JsonObject[]
  readonly resourceTemplates: readonly JsonObject[]
  /** By `<method> <name or uri>`. */
  readonly answers: ReadonlyMap<string, Answer>
}

export type Answer = { readonly result: JsonObject } | { readonly error: JsonObject }

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/)
const text = fc.string({ maxLength: 40, unit: 'grapheme' })
/** Members that no revision knows: a gateway that knows better drops them. */
const unknownName = word.map((name) => `x-${name}`)
const scalar: fc.Arbitrary<JsonValue> = fc.oneof(
  text,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  fc.boolean(),
  fc.constant(null),
)
const value: fc.Arbitrary<JsonValue> = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(word, scalar, { maxKeys: 3 }),
)
const unknown: fc.Arbitrary<JsonObject> = fc.dictionary(unknownName, value, { maxKeys: 2 })
const meta = fc.dictionary(
  word.map((name) => `example.com/${name}`),
  value,
  { maxKeys: 2 },
)
const audience = fc.constantFrom('user', 'assistant')
const annotations = fc.record(
  {
    audience: fc.uniqueArray(audience),
    priority: fc.constantFrom(0, 0.5, 1),
    lastModified: fc.constant('2026-01-02T03:04:05Z'),
  },
  { requiredKeys: [] },
)
const icons = fc.array(
  fc.record({ src: fc.constant('data:image/png;base64,AAAA'), mimeType: fc.constant('image/png') }),
  { maxLength: 2 },
)

/** Puts the optional and the unknown members beside those that a kind of thing must have. */
function dressed(own: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> {
  const optional = fc.record({ title: text, icons, _meta: meta }, { requiredKeys: [] })
  return fc.tuple(unknown, optional, own).map(([strange, known, needed]) => ({ ...strange, ...known, ...needed }))
}

const schema: fc.Arbitrary<JsonObject> = fc
  .record({
    properties: fc.dictionary(
      word,
      fc.oneof(
        fc.record({ type: fc.constantFrom('string', 'integer', 'boolean'), description: text }),
        fc.record({ enum: fc.array(text, { minLength: 1, maxLength: 3 }) }),
        fc.record({
          anyOf: fc.constant([{ type: 'string' }, { type: 'null' }]),
          examples: fc.array(scalar, { maxLength: 2 }),
        }),
      ),
      { maxKeys: 3 },
    ),
    $defs: fc.constant({ part: { $anchor: 'part', type: 'object', additionalProperties: false } }),
    additionalProperties: fc.boolean(),
  })
  .map((members) => ({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', ...members }))

const toolHints = fc.record(
  { title: text, readOnlyHint: fc.boolean(), idempotentHint: fc.boolean(), destructiveHint: fc.boolean() },
  { requiredKeys: [] },
)
const tool = (name: string): fc.Arbitrary<JsonObject> =>
  dressed(fc.record({ name: fc.constant(name), description: text, inputSchema: schema, annotations: toolHints }))

const binary = fc.constantFrom('AAAA', 'iVBORw0KGgo=')
const contents = (uri: string): fc.Arbitrary<JsonObject> =>
  fc.oneof(
    fc.record({ uri: fc.constant(uri), mimeType: fc.constant('text/plain'), text, _meta: meta }),
    fc.record({ uri: fc.constant(uri), mimeType: fc.constant('image/png'), blob: binary }),
  )
const block: fc.Arbitrary<JsonObject> = fc
  .tuple(
    fc.record({ annotations, _meta: meta }, { requiredKeys: [] }),
    unknown,
    fc.oneof(
      fc.record({ type: fc.constant('text'), text }),
      fc.record({ type: fc.constantFrom('image', 'audio'), data: binary, mimeType: fc.constant('image/png') }),
      fc.record({ type: fc.constant('resource'), resource: contents('test://embedded') }),
      fc.record({
        type: fc.constant('resource_link'),
        uri: fc.constant('test://linked'),
        name: word,
        description: text,
      }),
    ),
  )
  .map(([optional, strange, own]) => ({ ...strange, ...optional, ...own }))

const failure: fc.Arbitrary<Answer> = fc
  .record({ code: fc.constantFrom(-32602, -32603, -32050, 1234), message: text, data: value })
  .map((error) => ({ error }))
const resultOf = (own: fc.Arbitrary<JsonObject>): fc.Arbitrary<Answer> =>
  fc.tuple(unknown, meta, own).map(([strange, _meta, members]) => ({ result: { ...strange, _meta, ...members } }))
const mostly = (good: fc.Arbitrary<Answer>): fc.Arbitrary<Answer> =>
  fc.oneof({ weight: 4, arbitrary: good }, { weight: 1, arbitrary: failure })

const toolAnswer = mostly(
  resultOf(
    fc
      .tuple(
        fc.array(block, { maxLength: 4 }),
        fc.record({ isError: fc.boolean(), structuredContent: fc.dictionary(word, value) }, { requiredKeys: [] }),
      )
      .map(([content, optional]) => ({ content, ...optional })),
  ),
)
const promptAnswer = mostly(
  resultOf(
    fc.record({
      description: text,
      messages: fc.array(fc.record({ role: fc.constantFrom('user', 'assistant'), content: block }), { maxLength: 3 }),
    }),
  ),
)
const resourceAnswer = (uri: string): fc.Arbitrary<Answer> =>
  mostly(resultOf(fc.record({ contents: fc.array(contents(uri), { maxLength: 2 }) })))

const names = fc.uniqueArray(word, { minLength: 1, maxLength: 4 })

/** A server with everything a server can have. */
export const serverDefinition: fc.Arbitrary<ServerDefinition> = fc
  .tuple(names, names, names, text)
  .chain(([tools, prompts, pages, instructions]) => {
    const uris = pages.map((page) => `test://${page}`)
    return fc.record({
      capabilities: fc.constant({ tools: {}, prompts: {}, resources: {} }),
      instructions: fc.constant(instructions),
      tools: fc.tuple(...tools.map(tool)),
      prompts: fc.tuple(...prompts.map((name) => dressed(fc.record({ name: fc.constant(name), description: text })))),
      resources: fc.tuple(...uris.map((uri) => dressed(fc.record({ uri: fc.constant(uri), name: word, annotations })))),
      resourceTemplates: fc.tuple(
        dressed(fc.record({ uriTemplate: fc.constant('made://{part}'), name: word, description: text })),
      ),
      answers: fc
        .tuple(
          ...tools.map((name) => fc.tuple(fc.constant(`tools/call ${name}`), toolAnswer)),
          ...prompts.map((name) => fc.tuple(fc.constant(`prompts/get ${name}`), promptAnswer)),
          ...[...uris, 'made://one'].map((uri) => fc.tuple(fc.constant(`resources/read ${uri}`), resourceAnswer(uri))),
        )
        .map((entries) => new Map(entries)),
    })
  })
