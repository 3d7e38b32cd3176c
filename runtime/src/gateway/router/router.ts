import type { JsonObject } from '@nexus/plugin-api'
import type { Principal } from '../../identity/principal.ts'
import type { Call } from '../call.ts'
import { gatewayError } from '../errors.ts'
import { isJsonObject } from '../json-rpc.ts'
import { MAX_URI } from '../limits.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { matchesUriTemplate } from '../upstream/uri-template.ts'
import { mayRead, passServer, passToResource } from '../virtual/pass-server.ts'
import { isLeftOut } from '../virtual/server-door.ts'
import { isSearched, searchCall } from '../search/search-mode.ts'
import { RpcResult } from '../wire/rpc-result.ts'
import { type CallDoors, callTool } from './call-tool.ts'
import { isExtensionMethod } from './extension-method.ts'
import { forward } from './forward.ts'
import { type ListMember, listPage } from './lists.ts'
import { readThing } from './read-thing.ts'
import type { View } from './view.ts'
import { required } from './views.ts'
import { seesPrompt, seesUri } from './visibility.ts'

type Handler = (doors: CallDoors, call: Call, view: View) => Promise<RpcResult> | RpcResult

/**
 * The upstream that owns a resource: who lists it, whose template it fits, or the only one that has any. With `reader`,
 * what the server's rules keep from this principal is as unknown as what nobody has.
 */
export function ownerOf(view: View, uri: string, reader?: Principal): Upstream {
  const owner =
    view.resourceByUri.get(uri) ??
    view.templates.find(({ uriTemplate }) => matchesUriTemplate(uriTemplate, uri))?.upstream ??
    (view.resourceUpstreams.length === 1 ? view.resourceUpstreams[0] : undefined)
  const readable = owner !== undefined && (reader === undefined || mayRead(view, reader, uri, owner))
  if (readable && !isLeftOut(view, uri, owner)) return owner
  throw resourceUnknown(uri)
}

/** The same for whoever wants to hear of it: what the workspace's rules keep from `reader` is unknown too. */
export function ownerFor(policy: CallDoors['policy'], view: View, uri: string, reader: Principal): Upstream {
  const owner = ownerOf(view, uri, reader)
  if (policy.isVisible(reader, owner.pluginId, uri, 'resource')) return owner
  throw resourceUnknown(uri)
}

function resourceUnknown(uri: string) {
  const problem = 'Resource not found: expected a URI from resources/list or of a template.'
  return gatewayError('RESOURCE_UNKNOWN', problem, { details: { uri } })
}

/** The `uri` parameter of a request. */
export function uriOf(params: JsonObject | undefined): string {
  const uri = params?.['uri']
  if (typeof uri === 'string' && uri.length > 0 && uri.length <= MAX_URI) return uri
  throw gatewayError('PARAMS_INVALID', `Expected a text \`uri\` of 1 to ${MAX_URI} characters, found ${typeof uri}.`)
}

function nameOf(params: JsonObject | undefined): string {
  const name = params?.['name']
  if (typeof name === 'string') return name
  throw gatewayError('PARAMS_INVALID', `Expected a text \`name\` in params, found ${typeof name}.`)
}

const list =
  (member: ListMember): Handler =>
  ({ policy }, { principal, params }, view) =>
    listPage(policy, principal, view, member, params?.['cursor'])

const call: Handler = async (doors, incoming, view) => {
  const name = nameOf(incoming.params)
  const searched = isSearched(view) ? await searchCall(doors, incoming, view, name) : undefined
  if (searched instanceof RpcResult) return searched
  if (searched !== undefined) return callTool(doors, searched.call, searched.tool)
  return callTool(doors, incoming, required(view.toolByName.get(name), 'TOOL_UNKNOWN', name))
}

const getPrompt: Handler = (doors, incoming, view) => {
  const name = nameOf(incoming.params)
  const { upstream, original, entry } = required(view.promptByName.get(name), 'PROMPT_UNKNOWN', name)
  passServer(doors, incoming, view.server, { kind: 'prompt', upstream, key: original, entry })
  const given = incoming.params?.['arguments']
  const thing = { upstream, name: original, exposed: name, entry, arguments: isJsonObject(given) ? given : {} }
  return readThing(doors, incoming, { kind: 'prompt', ...thing })
}

const readResource: Handler = (doors, incoming, view) => {
  const uri = uriOf(incoming.params)
  const upstream = ownerOf(view, uri)
  passToResource(doors, incoming, view, uri, upstream)
  const thing = { upstream, name: uri, exposed: uri, entry: undefined, arguments: { uri } }
  return readThing(doors, incoming, { kind: 'resource', ...thing })
}

/** What the caller may not have is as unknown to completion as what nobody has. */
const complete: Handler = ({ bridge, policy }, incoming, view) => {
  const { principal, params } = incoming
  const reference = params?.['ref']
  if (!isJsonObject(reference)) throw gatewayError('PARAMS_INVALID', 'Expected an object `ref` in params, found none.')
  if (reference['type'] === 'ref/prompt') {
    const { name } = reference
    const prompt = typeof name === 'string' ? view.promptByName.get(name) : undefined
    const seen = prompt !== undefined && seesPrompt(policy, principal, view)(prompt) ? prompt : undefined
    const { upstream, original } = required(seen, 'PROMPT_UNKNOWN', name)
    return forward(bridge, incoming, upstream, { ...params, ref: { ...reference, name: original } })
  }
  if (reference['type'] === 'ref/resource') {
    const uri = uriOf(reference)
    const template = view.templates.find(({ uriTemplate }) => uriTemplate === uri)
    if (template === undefined) return forward(bridge, incoming, ownerFor(policy, view, uri, principal), params)
    if (seesUri(policy, principal, 'resourceTemplate', view)({ ...template, key: uri })) {
      return forward(bridge, incoming, template.upstream, params)
    }
    throw resourceUnknown(uri)
  }
  throw gatewayError('PARAMS_INVALID', 'Expected `ref.type` to be `ref/prompt` or `ref/resource`.')
}

/** A method of an upstream's own, on something that it offers: it goes the way, and under the rules, of that thing. */
const extension: Handler = (doors, incoming, view) => {
  const { name, uri } = incoming.params ?? {}
  if (typeof name === 'string' && view.toolByName.has(name)) return call(doors, incoming, view)
  if (typeof name === 'string' && view.promptByName.has(name)) return getPrompt(doors, incoming, view)
  if (typeof uri === 'string' && view.resourceByUri.has(uri)) return readResource(doors, incoming, view)
  throw methodUnknown(incoming.method)
}

const HANDLERS: ReadonlyMap<string, Handler> = new Map([
  ['tools/list', list('tools')],
  ['tools/call', call],
  ['prompts/list', list('prompts')],
  ['prompts/get', getPrompt],
  ['resources/list', list('resources')],
  ['resources/templates/list', list('resourceTemplates')],
  ['resources/read', readResource],
  ['completion/complete', complete],
])

/** Answers the requests that exist in both eras. */
export async function route(doors: CallDoors, incoming: Call, view: () => Promise<View>): Promise<RpcResult> {
  const handler = HANDLERS.get(incoming.method) ?? (isExtensionMethod(incoming.method) ? extension : undefined)
  if (handler === undefined) throw methodUnknown(incoming.method)
  return handler(doors, incoming, await view())
}

export function isRouted(method: string): boolean {
  return HANDLERS.has(method) || isExtensionMethod(method)
}

export function methodUnknown(method: string) {
  return gatewayError('METHOD_UNKNOWN', `Method not found: ${method.slice(0, 100)}`)
}
