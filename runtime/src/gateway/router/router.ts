import type { JsonObject } from '@nexus/plugin-api'
import type { Call } from '../call.ts'
import { gatewayError } from '../errors.ts'
import { isJsonObject } from '../json-rpc.ts'
import { MAX_URI } from '../limits.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { matchesUriTemplate } from '../upstream/uri-template.ts'
import { RpcResult } from '../wire/rpc-result.ts'
import { type CallDoors, callTool } from './call-tool.ts'
import { forward } from './forward.ts'
import { pageOf } from './page.ts'
import { recordCall } from './record-call.ts'
import type { View } from './view.ts'
import { required } from './views.ts'

type Handler = (doors: CallDoors, call: Call, view: View) => Promise<RpcResult> | RpcResult

/** The upstream that owns a resource: who lists it, whose template it fits, or the only one that has any. */
export function ownerOf(view: View, uri: string): Upstream {
  const owner =
    view.resourceByUri.get(uri) ??
    view.templates.find(({ uriTemplate }) => matchesUriTemplate(uriTemplate, uri))?.upstream ??
    (view.resourceUpstreams.length === 1 ? view.resourceUpstreams[0] : undefined)
  if (owner !== undefined) return owner
  throw gatewayError('RESOURCE_UNKNOWN', 'Resource not found: expected a URI from resources/list or of a template.', {
    details: { uri },
  })
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

function listing<Entry>(
  member: string,
  page: { readonly page: readonly Entry[]; readonly nextCursor: string | undefined },
  entryOf: (entry: Entry) => JsonObject,
): RpcResult {
  const entries = page.page.map(entryOf)
  const { nextCursor } = page
  return RpcResult.of(nextCursor === undefined ? { [member]: entries } : { [member]: entries, nextCursor })
}

const listTools: Handler = ({ policy }, { principal, params }, view) => {
  const visible = view.tools.filter(({ upstream, original }) =>
    policy.isVisible(principal, upstream.pluginId, original),
  )
  return listing(
    'tools',
    pageOf(visible, ({ exposed }) => exposed, params?.['cursor']),
    ({ entry }) => entry,
  )
}

const listPrompts: Handler = (_doors, { params }, view) =>
  listing(
    'prompts',
    pageOf(view.prompts, ({ exposed }) => exposed, params?.['cursor']),
    ({ entry }) => entry,
  )

const listResources: Handler = (_doors, { params }, view) =>
  listing(
    'resources',
    pageOf(view.resources, ({ uri }) => uri, params?.['cursor']),
    ({ entry }) => entry,
  )

const listTemplates: Handler = (_doors, { params }, view) =>
  listing(
    'resourceTemplates',
    pageOf(view.templates, ({ uriTemplate }) => uriTemplate, params?.['cursor']),
    ({ entry }) => entry,
  )

async function audited(
  doors: CallDoors,
  call: Call,
  action: string,
  upstream: Upstream,
  name: string,
  params: JsonObject | undefined,
): Promise<RpcResult> {
  const startedAt = performance.now()
  try {
    const result = await forward(call, upstream, params)
    recordCall(doors.audit, call, action, upstream, name, startedAt, { outcome: 'ok' })
    return result
  } catch (error) {
    recordCall(doors.audit, call, action, upstream, name, startedAt, { outcome: 'failed', error })
    throw error
  }
}

const call: Handler = (doors, incoming, view) => {
  const name = nameOf(incoming.params)
  return callTool(doors, incoming, required(view.toolByName.get(name), 'TOOL_UNKNOWN', name))
}

const getPrompt: Handler = (doors, incoming, view) => {
  const name = nameOf(incoming.params)
  const { upstream, original } = required(view.promptByName.get(name), 'PROMPT_UNKNOWN', name)
  return audited(doors, incoming, 'prompt.read', upstream, original, { ...incoming.params, name: original })
}

const readResource: Handler = (doors, incoming, view) => {
  const uri = uriOf(incoming.params)
  return audited(doors, incoming, 'resource.read', ownerOf(view, uri), uri, incoming.params)
}

const complete: Handler = (_doors, incoming, view) => {
  const reference = incoming.params?.['ref']
  if (!isJsonObject(reference)) throw gatewayError('PARAMS_INVALID', 'Expected an object `ref` in params, found none.')
  if (reference['type'] === 'ref/prompt') {
    const name = reference['name']
    const { upstream, original } = required(
      typeof name === 'string' ? view.promptByName.get(name) : undefined,
      'PROMPT_UNKNOWN',
      name,
    )
    return forward(incoming, upstream, { ...incoming.params, ref: { ...reference, name: original } })
  }
  if (reference['type'] === 'ref/resource') {
    const uri = uriOf(reference)
    const template = view.templates.find(({ uriTemplate }) => uriTemplate === uri)
    return forward(incoming, template?.upstream ?? ownerOf(view, uri), incoming.params)
  }
  throw gatewayError('PARAMS_INVALID', 'Expected `ref.type` to be `ref/prompt` or `ref/resource`.')
}

const HANDLERS: ReadonlyMap<string, Handler> = new Map([
  ['tools/list', listTools],
  ['tools/call', call],
  ['prompts/list', listPrompts],
  ['prompts/get', getPrompt],
  ['resources/list', listResources],
  ['resources/templates/list', listTemplates],
  ['resources/read', readResource],
  ['completion/complete', complete],
])

/** Answers the requests that exist in both eras. */
export async function route(doors: CallDoors, incoming: Call, view: () => Promise<View>): Promise<RpcResult> {
  const handler = HANDLERS.get(incoming.method)
  if (handler === undefined) throw methodUnknown(incoming.method)
  return handler(doors, incoming, await view())
}

export function isRouted(method: string): boolean {
  return HANDLERS.has(method)
}

export function methodUnknown(method: string) {
  return gatewayError('METHOD_UNKNOWN', `Method not found: ${method.slice(0, 100)}`)
}
