import { type JsonObject, type JsonValue, templateVariables } from '@nexus/plugin-api'
import type { HandlerKind } from '../../sandbox/sandbox.ts'
import { gatewayError, upstreamAnsweredError } from '../errors.ts'
import { isJsonObject } from '../json-rpc.ts'
import { RPC } from '../protocol.ts'
import type { Contributed } from './contributed.ts'
import { normalizeCompletion, normalizeListResult, normalizeToolResult } from './normalize-result.ts'
import type { UpstreamRequest } from './upstream.ts'
import { matchUriTemplate } from './uri-template.ts'

/** A request as a sandbox is asked, and how to read what it answers. */
export interface SandboxRequest {
  readonly handler: HandlerKind
  readonly name: string
  readonly payload: string
  /** JSON text of what the handler's `call` says besides; see `Invocation.facts`. */
  readonly facts?: string
  readonly read: (text: string) => JsonObject
}

type Asked = Omit<SandboxRequest, 'facts'> & { readonly more?: JsonObject }

const EMPTY_COMPLETION: JsonObject = { completion: { values: [] } }
const readMessages = (text: string) => normalizeListResult(text, 'messages')
const readContents = (text: string) => normalizeListResult(text, 'contents')

function textParameter(params: JsonObject | undefined, name: string): string {
  const value = params?.[name]
  if (typeof value === 'string') return value
  throw gatewayError('PARAMS_INVALID', `Expected a text \`${name}\` in params, found ${typeof value}.`)
}

/** The resource or template that a URI belongs to, with the values of the template's variables. */
export function resourceOf({ resources }: Contributed, uri: string) {
  const fixed = resources.find((resource) => 'uri' in resource && resource.uri === uri)
  if (fixed !== undefined) return { name: fixed.name, variables: undefined }
  for (const resource of resources) {
    const variables = 'uriTemplate' in resource ? matchUriTemplate(resource.uriTemplate, uri) : undefined
    if (variables !== undefined) return { name: resource.name, variables }
  }
  throw gatewayError('RESOURCE_UNKNOWN', 'Expected a resource of this plugin, found no owner.', { details: { uri } })
}

function callTool(_own: Contributed, params: JsonObject | undefined): Asked {
  const given = params?.['arguments']
  const payload = JSON.stringify(isJsonObject(given) ? given : {})
  return { handler: 'tool', name: textParameter(params, 'name'), payload, read: normalizeToolResult }
}

function getPrompt({ prompts }: Contributed, params: JsonObject | undefined): Asked {
  const name = textParameter(params, 'name')
  const given = params?.['arguments'] ?? {}
  if (!isJsonObject(given) || !Object.values(given).every((value) => typeof value === 'string'))
    throw gatewayError('PARAMS_INVALID', `Expected texts as arguments of the prompt \`${name}\`, found something else.`)
  const parameters = prompts.find((prompt) => prompt.name === name)?.arguments ?? []
  const missing = parameters.find((parameter) => parameter.required === true && !Object.hasOwn(given, parameter.name))
  if (missing !== undefined)
    throw gatewayError(
      'PARAMS_INVALID',
      `Expected the argument \`${missing.name}\` of the prompt \`${name}\`, found none.`,
    )
  return { handler: 'prompt', name, payload: JSON.stringify(given), read: readMessages }
}

function readResource(own: Contributed, params: JsonObject | undefined): Asked {
  const uri = textParameter(params, 'uri')
  const { name, variables } = resourceOf(own, uri)
  const asked = { handler: 'resource', name, payload: JSON.stringify(uri), read: readContents } as const
  return variables === undefined ? asked : { ...asked, more: { variables } }
}

/** Values for an argument or variable; nothing runs for what nobody said would be completed. */
function complete(own: Contributed, params: JsonObject | undefined): Asked | JsonObject {
  const reference = params?.['ref']
  const argument = params?.['argument']
  if (!isJsonObject(reference) || !isJsonObject(argument))
    throw gatewayError('PARAMS_INVALID', 'Expected objects `ref` and `argument` in params, found something else.')
  const of = textParameter(argument, 'name')
  const owner = completed(own, reference)
  if (!owner.known.includes(of))
    throw gatewayError('PARAMS_INVALID', `Expected an argument or variable of \`${owner.name}\`, found another name.`)
  if (!owner.completions.includes(of)) return EMPTY_COMPLETION
  const context = params?.['context']
  const chosen = isJsonObject(context) && isJsonObject(context['arguments']) ? context['arguments'] : {}
  return {
    handler: 'completion',
    name: `${owner.kind}:${owner.name}:${of}`,
    payload: JSON.stringify(textParameter(argument, 'value')),
    read: normalizeCompletion,
    more: { arguments: onlyTexts(chosen) },
  }
}

function completed({ prompts, resources }: Contributed, reference: JsonObject) {
  if (reference['type'] === 'ref/prompt') {
    const name = textParameter(reference, 'name')
    const prompt = prompts.find((entry) => entry.name === name)
    const known = (prompt?.arguments ?? []).map((parameter) => parameter.name)
    if (prompt !== undefined) return { kind: 'prompt', name, known, completions: prompt.completions ?? [] }
    throw gatewayError('PROMPT_UNKNOWN', 'Expected a prompt of this plugin, found no owner.')
  }
  const uri = textParameter(reference, 'uri')
  for (const resource of resources) {
    if (!('uriTemplate' in resource) || resource.uriTemplate !== uri) continue
    const { name, completions = [] } = resource
    return { kind: 'resource', name, known: templateVariables(uri), completions }
  }
  throw gatewayError('RESOURCE_UNKNOWN', 'Expected a template of this plugin, found no owner.', { details: { uri } })
}

function onlyTexts(values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === 'string'))
}

type Reader = (own: Contributed, params: JsonObject | undefined) => Asked | JsonObject

const METHODS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['tools/call', callTool],
  ['prompts/get', getPrompt],
  ['resources/read', readResource],
  ['completion/complete', complete],
  // Whoever subscribed is known to the gateway; a plugin tells all changes.
  ['resources/subscribe', () => ({})],
  ['resources/unsubscribe', () => ({})],
])

const isAsked = (value: Asked | JsonObject): value is Asked => 'handler' in value

/** What a sandbox is asked for a request, or the answer when it need not be asked. */
export function sandboxRequestOf(
  own: Contributed,
  request: UpstreamRequest,
): SandboxRequest | { readonly answer: JsonObject } {
  const { method, params } = request
  const reader = METHODS.get(method)
  if (reader === undefined)
    throw upstreamAnsweredError({ code: RPC.methodNotFound, message: `Method not found: ${method}` })
  const asked = reader(own, params)
  if (!isAsked(asked)) return { answer: asked }
  const { more, ...call } = asked
  const facts = factsOf(request, more)
  return facts === undefined ? call : { ...call, facts }
}

/** Most calls come from clients that can be asked nothing, in a first round: then there is nothing to say. */
function factsOf({ params, client }: UpstreamRequest, more: JsonObject | undefined): string | undefined {
  const capabilities = client?.capabilities
  const inputResponses = params?.['inputResponses']
  const requestState = params?.['requestState']
  const facts: Record<string, JsonValue> = { ...more }
  if (capabilities !== undefined && Object.keys(capabilities).length > 0) facts['capabilities'] = capabilities
  if (isJsonObject(inputResponses)) facts['inputResponses'] = inputResponses
  if (typeof requestState === 'string') facts['requestState'] = requestState
  return Object.keys(facts).length === 0 ? undefined : JSON.stringify(facts)
}
