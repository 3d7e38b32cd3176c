import type { JsonObject } from '@nexus/plugin-api'
import type { Call } from '../call.ts'
import { gatewayError } from '../errors.ts'
import { isJsonObject } from '../json-rpc.ts'
import type { CallDoors } from '../router/call-tool.ts'
import { seesTool } from '../router/visibility.ts'
import type { Exposed, View } from '../router/view.ts'
import { required } from '../router/views.ts'
import { RpcResult } from '../wire/rpc-result.ts'
import { DEFAULT_HITS, MAX_DESCRIBED, MAX_HITS, MAX_QUERY, SEARCH_ABOVE, SHORT_DESCRIPTION } from './limits.ts'
import type { ToolSearch } from './tool-search.ts'

/** Whether clients of a server search its tools in place of reading them all: the list would fill a model's context. */
export function isSearched({ server, tools }: Pick<View, 'server' | 'tools'>): boolean {
  // The workspace's own server stays what it is: its clients asked for everything.
  if (server === undefined) return false
  const { mode, above = SEARCH_ABOVE } = server.toolSearch
  return mode === 'always' || (mode === 'auto' && tools.length > above)
}

const READS = { readOnlyHint: true, openWorldHint: false } as const

const SEARCH: JsonObject = {
  name: 'search_tools',
  title: 'Search tools',
  description:
    'Finds tools of this server by what they do. Answers with names and short descriptions. Then read the definition of a tool with describe_tools and call it with call_tool.',
  inputSchema: {
    type: 'object',
    properties: {
      query: { type: 'string', maxLength: MAX_QUERY, description: 'What you want to do, in a few words.' },
      limit: { type: 'integer', minimum: 1, maximum: MAX_HITS, default: DEFAULT_HITS },
    },
    required: ['query'],
  },
  annotations: READS,
}

const DESCRIBE: JsonObject = {
  name: 'describe_tools',
  title: 'Describe tools',
  description: 'Answers with the full definitions, input schemas included, of tools that search_tools found.',
  inputSchema: {
    type: 'object',
    properties: { names: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: MAX_DESCRIBED } },
    required: ['names'],
  },
  annotations: READS,
}

const CALL: JsonObject = {
  name: 'call_tool',
  title: 'Call a tool',
  description: 'Calls a tool that search_tools found, with arguments as its input schema wants them.',
  inputSchema: {
    type: 'object',
    properties: {
      name: { type: 'string', description: 'Name of the tool.' },
      arguments: { type: 'object', description: 'Its arguments.', additionalProperties: true },
    },
    required: ['name'],
  },
}

/** What such clients see in place of the list. */
export const SEARCH_TOOLS: readonly { readonly exposed: string; readonly entry: JsonObject }[] = [
  { exposed: 'call_tool', entry: CALL },
  { exposed: 'describe_tools', entry: DESCRIBE },
  { exposed: 'search_tools', entry: SEARCH },
]

type Sees = Pick<CallDoors, 'policy'>

/** How a call that came by way of `call_tool` goes on: as if the client had named the tool itself. */
export interface MeantCall {
  readonly call: Call
  readonly tool: Exposed
}

/**
 * What one of the three tools answers, or the call that `call_tool` stands for; `undefined` for any other name. A tool of
 * the server that bears one of these names is reached by `call_tool`.
 */
export async function searchCall(
  doors: Sees & { readonly search: ToolSearch },
  incoming: Call,
  view: View,
  name: string,
): Promise<RpcResult | MeantCall | undefined> {
  if (!isSearched(view)) return undefined
  const { arguments: raw } = incoming.params ?? {}
  const given = isJsonObject(raw) ? raw : {}
  if (name === 'search_tools') return search(doors, incoming, view, given)
  if (name === 'describe_tools') return describe(doors, incoming, view, given)
  return name === 'call_tool' ? meant(incoming, view, given) : undefined
}

function answer(value: JsonObject): RpcResult {
  return RpcResult.of({ content: [{ type: 'text', text: JSON.stringify(value) }] })
}

function invalid(expected: string) {
  return gatewayError('PARAMS_INVALID', `Expected ${expected}. See the tool's input schema.`)
}

async function search(
  { policy, search: index }: Sees & { readonly search: ToolSearch },
  { principal }: Call,
  view: View,
  { query, limit }: JsonObject,
): Promise<RpcResult> {
  if (typeof query !== 'string' || query.length > MAX_QUERY)
    throw invalid(`a \`query\` of at most ${MAX_QUERY} characters`)
  if (limit !== undefined && !(Number.isInteger(limit) && Number(limit) >= 1)) throw invalid('a whole `limit` from 1')
  const found = await index.find(policy, principal, view, query, limit === undefined ? DEFAULT_HITS : Number(limit))
  return answer({
    tools: found.map(({ exposed, entry }) => ({ name: exposed, description: short(entry['description']) })),
  })
}

function short(description: unknown): string {
  if (typeof description !== 'string') return ''
  const text = description.replaceAll(/\s+/g, ' ').trim()
  return text.length <= SHORT_DESCRIPTION ? text : `${text.slice(0, SHORT_DESCRIPTION - 1).toWellFormed()}…`
}

function describe({ policy }: Sees, { principal }: Call, view: View, { names }: JsonObject): RpcResult {
  const given: readonly unknown[] = Array.isArray(names) ? names : []
  const asked = given.filter((name) => typeof name === 'string')
  if (asked.length === 0 || asked.length > MAX_DESCRIBED || asked.length !== given.length) {
    throw invalid(`\`names\` with 1 to ${MAX_DESCRIBED} names`)
  }
  const sees = seesTool(policy, principal, view)
  const seen = asked.map((name) => view.toolByName.get(name)).map((tool) => (tool && sees(tool) ? tool : undefined))
  return answer({
    tools: seen.flatMap((tool) => (tool === undefined ? [] : [tool.entry])),
    unknown: asked.filter((_, index) => seen[index] === undefined).map((name) => name.slice(0, 100)),
  })
}

function meant(incoming: Call, view: View, given: JsonObject): MeantCall {
  const { name, arguments: args } = given
  const tool = required(typeof name === 'string' ? view.toolByName.get(name) : undefined, 'TOOL_UNKNOWN', name)
  if (args !== undefined && !isJsonObject(args)) throw invalid('an object `arguments`')
  const params = { ...incoming.params, name: tool.exposed, arguments: args ?? {} }
  return { call: { ...incoming, params }, tool }
}
