import type { IncomingHttpHeaders } from 'node:http'
import type { JsonObject } from '@nexus/plugin-api'
import { gatewayError } from '../../errors.ts'
import { isJsonObject, metaOf, type RpcRequest } from '../../json-rpc.ts'
import {
  META_CLIENT_CAPABILITIES,
  META_CLIENT_INFO,
  META_LOG_LEVEL,
  META_VERSION,
  MODERN_VERSIONS,
  NAME_PARAMETER,
} from '../../protocol.ts'
import { decodeHeaderValue, type ParamHeader, valueAt } from '../../upstream/remote/param-headers.ts'

/** What the `_meta` of a modern request says about its client. */
export interface Envelope {
  readonly capabilities: JsonObject
  readonly info: JsonObject | undefined
  readonly logLevel: string | undefined
}

export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value.trim() : undefined
}

/** Whether a message belongs to the modern era: the body decides, the version header only when the body says nothing. */
export function claimsModern(headers: IncomingHttpHeaders, params: JsonObject | undefined): boolean {
  const meta = metaOf(params)
  if (meta !== undefined && META_VERSION in meta) return true
  return MODERN_VERSIONS.includes(header(headers, 'mcp-protocol-version') ?? '')
}

function mismatch(name: string, found: string, body: string) {
  return gatewayError('HEADER_MISMATCH', `Bad Request: the request headers and body disagree: ${body}`, {
    details: { mismatch: { header: found, name, body } },
  })
}

function incomplete(key: string, problem: string) {
  return gatewayError('ENVELOPE_INVALID', `Invalid params: expected \`_meta["${key}"]\`, found ${problem}.`, {
    details: { envelope: { key, problem } },
  })
}

function checkHeaders(headers: IncomingHttpHeaders, request: RpcRequest, version: string): void {
  const named = header(headers, 'mcp-protocol-version')
  if (named === undefined)
    throw mismatch(
      'MCP-Protocol-Version',
      '(missing)',
      `the body names version ${version.slice(0, 40)} but the header is absent`,
    )
  if (named !== version) throw mismatch('MCP-Protocol-Version', named, `the body names version ${version.slice(0, 40)}`)
  if (!MODERN_VERSIONS.includes(version)) {
    throw gatewayError('VERSION_UNSUPPORTED', 'Unsupported protocol version', {
      details: { supported: MODERN_VERSIONS, requested: version },
    })
  }
  const method = header(headers, 'mcp-method')
  if (method !== request.method)
    throw mismatch('Mcp-Method', method ?? '(missing)', `the body names method ${request.method}`)
  const parameter = NAME_PARAMETER.get(request.method)
  const value = parameter === undefined ? undefined : request.params?.[parameter]
  if (parameter === undefined || typeof value !== 'string') return
  const mirrored = header(headers, 'mcp-name')
  if (mirrored === undefined || decodeHeaderValue(mirrored) !== value) {
    throw mismatch(
      'Mcp-Name',
      mirrored ?? '(missing)',
      `the body carries params.${parameter}=${JSON.stringify(value.slice(0, 100))}`,
    )
  }
}

/** Checks the envelope and the standard headers of a modern request (SEP-2243, SEP-2575). */
export function checkEnvelope(headers: IncomingHttpHeaders, request: RpcRequest): Envelope {
  const meta = metaOf(request.params)
  const version = meta?.[META_VERSION]
  if (meta === undefined || typeof version !== 'string')
    throw incomplete(META_VERSION, meta === undefined ? 'no `_meta`' : typeof version)
  const capabilities = meta[META_CLIENT_CAPABILITIES]
  if (!isJsonObject(capabilities)) throw incomplete(META_CLIENT_CAPABILITIES, typeof capabilities)
  const info = meta[META_CLIENT_INFO]
  if (info !== undefined && !isJsonObject(info)) throw incomplete(META_CLIENT_INFO, typeof info)
  const logLevel = meta[META_LOG_LEVEL]
  if (logLevel !== undefined && typeof logLevel !== 'string') throw incomplete(META_LOG_LEVEL, typeof logLevel)
  checkHeaders(headers, request, version)
  return { capabilities, info, logLevel }
}

/** Checks the headers that mirror parameters of a tool (`x-mcp-header`). */
export function checkParamHeaders(
  headers: IncomingHttpHeaders,
  params: JsonObject | undefined,
  mirrored: readonly ParamHeader[],
): void {
  for (const { path, header: name, numeric } of mirrored) {
    const expected = valueAt(params, path)
    if (expected === undefined) continue
    const given = header(headers, name)
    const decoded = given === undefined ? undefined : decodeHeaderValue(given)
    const same =
      decoded === expected ||
      (numeric && decoded !== undefined && decoded !== '' && Number(decoded) === Number(expected))
    if (!same)
      throw mismatch(
        name,
        given ?? '(missing)',
        `the body carries ${path.join('.')}=${JSON.stringify(expected.slice(0, 100))}`,
      )
  }
}
