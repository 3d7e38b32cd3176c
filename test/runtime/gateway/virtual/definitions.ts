import type { JsonValue } from '@nexus/plugin-api'
import * as fc from 'fast-check'
import { ROLES } from '../../../../runtime/src/identity/principal.ts'
import {
  ENTRY_KINDS,
  type EntryFilter,
  TOOL_HINTS,
  type ToolHints,
  type VirtualServerDefinition,
} from '../../../../runtime/src/store/virtual-server-row.ts'
import { notes, tickets } from './echo-upstream.ts'

// Definitions that pick from `tickets` and `notes`, and from nothing at times.

/** Each member may be absent. */
const optional: { requiredKeys: never[] } = { requiredKeys: [] }

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const json: fc.Arbitrary<JsonValue> = fc.jsonValue({ maxDepth: 2 }).map((value) => plain(value) as JsonValue)
const words = { title: fc.string({ maxLength: 20 }), description: fc.string({ maxLength: 40 }) }
const upstream = fc.constantFrom('tickets', 'notes', 'gone')
const as = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/)
const hints: fc.Arbitrary<ToolHints> = fc.record(
  Object.fromEntries(TOOL_HINTS.map((hint) => [hint, fc.boolean()])),
  optional,
)
const argumentsOf = fc.dictionary(
  fc.constantFrom('query', 'project', 'limit', 'other'),
  fc.oneof(
    json.map((value) => ({ default: value })),
    json.map((value) => ({ fixed: value })),
  ),
  { maxKeys: 3, noNullPrototype: true },
)

const toolNames = [...(tickets.tools ?? []), ...(notes.tools ?? [])].map(({ name }) => name)
const filter = {
  kinds: fc.uniqueArray(fc.constantFrom(...ENTRY_KINDS), { minLength: 1 }),
  upstream: fc.constantFrom('tickets', 'notes', '*', 't*'),
  name: fc.constantFrom('*', '*_issue*', 'search_*', 'tickets://*', 'triage'),
  annotations: hints,
  tags: fc.uniqueArray(fc.constantFrom('issues', 'stable', 'work'), { minLength: 1 }),
}
const audience = {
  roles: fc.uniqueArray(fc.constantFrom(...ROLES), { minLength: 1 }),
  principals: fc.uniqueArray(fc.constantFrom('token:alice', 'token:bob', 'user:mira'), { minLength: 1 }),
}
const filters: fc.Arbitrary<readonly EntryFilter[]> = fc.array(fc.record(filter, optional), { maxLength: 2 })

/** Any definition that a host accepts. */
export const definitions: fc.Arbitrary<VirtualServerDefinition> = fc.record({
  name: fc.stringMatching(/^[a-z][a-z0-9]{0,10}$/),
  title: fc.stringMatching(/^[A-Za-z:#'"{}][\w :#-]{0,20}[a-z]$/),
  description: fc.string({ maxLength: 60 }),
  prefixMode: fc.constantFrom('always', 'conditional', 'never'),
  tools: fc.uniqueArray(
    fc.oneof(
      fc.record(
        { upstream, tool: fc.constantFrom(...toolNames), as, ...words, annotations: hints, arguments: argumentsOf },
        { requiredKeys: ['upstream', 'tool'] },
      ),
      fc.record({ upstream, tool: fc.constant('*') }),
    ),
    { maxLength: 5, comparator: clash },
  ),
  prompts: fc.uniqueArray(
    fc.record(
      { upstream, prompt: fc.constantFrom('triage', 'summary'), as, ...words },
      { requiredKeys: ['upstream', 'prompt'] },
    ),
    { maxLength: 2, comparator: clash },
  ),
  resources: fc.uniqueArray(
    fc.record(
      { upstream, uri: fc.constantFrom('tickets://open', 'tickets://secret/1', 'notes://1'), ...words },
      { requiredKeys: ['upstream', 'uri'] },
    ),
    { maxLength: 2, comparator: clash },
  ),
  resourceTemplates: fc.uniqueArray(
    fc.record(
      { upstream, uriTemplate: fc.constant('tickets://{+path}'), ...words },
      { requiredKeys: ['upstream', 'uriTemplate'] },
    ),
    { maxLength: 1, comparator: clash },
  ),
  include: filters,
  exclude: filters,
  access: fc.record(audience, optional),
  rules: fc.array(
    fc.record({ effect: fc.constantFrom('allow', 'deny'), ...audience, ...filter }, { requiredKeys: ['effect'] }),
    { maxLength: 3 },
  ),
  toolSearch: fc.record(
    { mode: fc.constantFrom('auto', 'always', 'never'), above: fc.integer({ min: 20, max: 1_000 }) },
    { requiredKeys: ['mode'] },
  ),
  rate: fc.record(
    { perPrincipal: fc.integer({ min: 1, max: 1_000 }), total: fc.integer({ min: 1, max: 1_000 }) },
    optional,
  ),
})

interface Chosen {
  readonly upstream: string
  readonly tool?: string
  readonly prompt?: string
  readonly uri?: string
  readonly uriTemplate?: string
  readonly as?: string
}

/** Two picks that a host refuses together. */
function clash(left: Chosen, right: Chosen): boolean {
  const keyOf = ({ upstream: label, tool, prompt, uri, uriTemplate }: Chosen) =>
    `${label} ${tool ?? prompt ?? uri ?? uriTemplate}`
  return keyOf(left) === keyOf(right) || (left.as !== undefined && left.as === right.as)
}
