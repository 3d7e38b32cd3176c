import type { JsonObject, JsonValue } from '@nexus/plugin-api'
import { isJsonObject } from '../../../../runtime/src/gateway/json-rpc.ts'
import type { ServerDefinition } from './server-definition.ts'

/** One thing to ask a server for. */
export interface Question {
  readonly method: string
  readonly params: JsonObject
}

/** Everything that a server of this definition can be asked for, and two things that it does not have. */
export function questionsFor({ answers }: ServerDefinition): readonly Question[] {
  const lists = ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list']
  const calls = [...answers.keys()].map((key): Question => {
    const [method = '', name = ''] = key.split(' ')
    return { method, params: method === 'resources/read' ? { uri: name } : { name, ...argumentsOf(method) } }
  })
  return [...lists.map((method) => ({ method, params: {} })), ...calls]
}

function argumentsOf(method: string): JsonObject {
  return method === 'tools/call' ? { arguments: { given: [1, 'two', null] } } : {}
}

const SERVER_INFO = 'io.modelcontextprotocol/serverInfo'
/** How long and for whom an answer keeps is the gateway's to say: its lists are of several servers. */
const CACHE_HINTS = ['ttlMs', 'cacheScope']
const LISTS: ReadonlyMap<string, string> = new Map([
  ['tools', 'name'],
  ['prompts', 'name'],
  ['resources', 'uri'],
  ['resourceTemplates', 'uriTemplate'],
])

/**
 * What a client may rely on in an answer. These are all the differences that are allowed: the id, who the server is, the
 * cache hints, and the order of lists.
 */
export function essence(answer: JsonObject): JsonObject {
  const { result, error } = answer
  if (!isJsonObject(result)) return { error: error ?? null }
  const entries = Object.entries(result)
    .filter(([name]) => !CACHE_HINTS.includes(name))
    .map(([name, member]) => [name, name === '_meta' ? withoutServer(member) : inOrder(name, member)] as const)
    .filter(([name, member]) => name !== '_meta' || !isJsonObject(member) || Object.keys(member).length > 0)
  return { result: Object.fromEntries(entries) }
}

function withoutServer(meta: JsonValue): JsonValue {
  if (!isJsonObject(meta)) return meta
  const { [SERVER_INFO]: _server, ...rest } = meta
  return rest
}

function inOrder(name: string, member: JsonValue): JsonValue {
  const key = LISTS.get(name)
  if (key === undefined || !Array.isArray(member)) return member
  const nameOf = (entry: JsonValue) => {
    const own = isJsonObject(entry) ? entry[key] : undefined
    return typeof own === 'string' ? own : ''
  }
  return member.toSorted((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1))
}
