import { type JsonObject, type JsonValue, type NetworkRequest } from '@nexus/plugin-api'
import type { Configuration } from './configuration.ts'
import { openapiError } from './errors.ts'
import { CALL_TIMEOUT_MS } from './limits.ts'
import { isJsonType } from './operation.ts'
import { serializeForm, serializeHeader, serializePath, serializeQuery } from './serialize.ts'
import type { OperationTool } from './tool.ts'

/** What to send for one call. */
export interface OperationRequest {
  readonly url: string
  readonly request: NetworkRequest
}

/** Header parameters that OpenAPI itself gives to other parts of the document. Source: OpenAPI 3.1 section 4.8.12.2. */
const IGNORED_HEADERS = new Set(['accept', 'authorization', 'content-type'])

/** Builds the HTTP request of a call. Fails with `OPENAPI_ARGUMENT` when the arguments do not fit. */
export function buildRequest(tool: OperationTool, args: JsonObject, configuration: Configuration): OperationRequest {
  const known = new Set([...tool.parameters.keys(), ...(tool.bodyArgument === undefined ? [] : [tool.bodyArgument])])
  for (const name of Object.keys(args)) {
    if (!known.has(name))
      throw openapiError(
        'OPENAPI_ARGUMENT',
        `Expected one of ${[...known].join(', ') || 'no arguments'}, found \`${name}\`.`,
      )
  }
  const parts = placeParameters(tool, args)
  const path = tool.operation.path.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const text = parts.path.get(name)
    if (text === undefined)
      throw openapiError('OPENAPI_ARGUMENT', `Expected a value for \`${name}\` in the path, found none.`)
    return text
  })
  const query = parts.query.length === 0 ? '' : `${path.includes('?') ? '&' : '?'}${parts.query.join('&')}`
  const body = writeBody(tool, args)
  return {
    url: `${configuration.baseUrl}${path}${query}`,
    request: {
      method: tool.operation.method.toUpperCase(),
      headers: {
        accept: 'application/json, text/*;q=0.8, */*;q=0.1',
        ...Object.fromEntries(parts.headers),
        ...(body === undefined ? {} : { 'content-type': body.mediaType }),
      },
      secretHeaders: configuration.secretHeaders,
      ...(body === undefined ? {} : { body: body.text }),
      timeoutMs: CALL_TIMEOUT_MS,
    },
  }
}

interface PlacedParameters {
  readonly path: Map<string, string>
  readonly query: string[]
  readonly headers: Map<string, string>
}

function placeParameters(tool: OperationTool, args: JsonObject): PlacedParameters {
  const placed: PlacedParameters = { path: new Map(), query: [], headers: new Map() }
  for (const [argument, parameter] of tool.parameters) {
    const value = argumentOf(args, argument)
    if (value === undefined || (value === null && !parameter.required)) {
      if (parameter.required)
        throw openapiError('OPENAPI_ARGUMENT', `Expected a value for \`${argument}\`, found none.`)
      continue
    }
    if (parameter.place === 'path') placed.path.set(parameter.name, serializePath(parameter, value))
    else if (parameter.place === 'query') placed.query.push(...serializeQuery(parameter, value))
    else if (!IGNORED_HEADERS.has(parameter.name.toLowerCase()))
      placed.headers.set(parameter.name.toLowerCase(), serializeHeader(parameter, value))
  }
  return placed
}

function argumentOf(args: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(args, name) ? args[name] : undefined
}

function writeBody(
  tool: OperationTool,
  args: JsonObject,
): { readonly text: string; readonly mediaType: string } | undefined {
  const { body } = tool.operation
  if (body === undefined || tool.bodyArgument === undefined) return undefined
  const value = argumentOf(args, tool.bodyArgument)
  if (value === undefined) {
    if (body.required)
      throw openapiError('OPENAPI_ARGUMENT', `Expected a value for \`${tool.bodyArgument}\`, found none.`)
    return undefined
  }
  if (isJsonType(body.mediaType)) return { text: JSON.stringify(value), mediaType: body.mediaType }
  if (body.mediaType.startsWith('text/'))
    return { text: typeof value === 'string' ? value : JSON.stringify(value), mediaType: body.mediaType }
  return { text: serializeForm(value), mediaType: body.mediaType }
}
