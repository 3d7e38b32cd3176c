import type { JsonObject, JsonValue } from '@nexus/plugin-api'
import { isJsonObject } from '../../json-rpc.ts'

/** A tool parameter that its schema wants mirrored in a header (`x-mcp-header`, SEP-2243). */
export interface ParamHeader {
  readonly path: readonly string[]
  /** Lower-case, `mcp-param-` included. */
  readonly header: string
  readonly numeric: boolean
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/
const MAX_DEPTH = 8

/** SEP-2243 mirrors values that have one text each: no objects, no lists, no fractions. */
const MIRRORED_TYPES: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean'])

/** Collects the annotations that can be followed; false when one of them breaks the rules. */
function scan(schema: JsonValue | undefined, path: readonly string[], found: ParamHeader[]): boolean {
  if (!isJsonObject(schema) || path.length > MAX_DEPTH) return true
  const name = schema['x-mcp-header']
  const type = schema['type']
  let valid = name === undefined
  if (typeof name === 'string' && TOKEN.test(name) && path.length > 0) {
    const header = `mcp-param-${name.toLowerCase()}`
    valid = MIRRORED_TYPES.has(type) && !found.some((other) => other.header === header)
    found.push({ path, header, numeric: type === 'integer' || type === 'number' })
  }
  const properties = schema['properties']
  if (!isJsonObject(properties)) return valid
  for (const [key, child] of Object.entries(properties)) valid = scan(child, [...path, key], found) && valid
  return valid
}

/** The mirrored parameters of a tool. */
export function paramHeadersOf(tool: JsonObject): readonly ParamHeader[] {
  const found: ParamHeader[] = []
  scan(tool['inputSchema'], [], found)
  return found
}

/** Whether all annotations of a tool keep to SEP-2243. Clients over HTTP must leave out a tool that does not. */
export function areParamHeadersValid(tool: JsonObject): boolean {
  return scan(tool['inputSchema'], [], [])
}

/** The value at the path as header text, or `undefined` when there is nothing to mirror. */
export function valueAt(params: JsonObject | undefined, path: readonly string[]): string | undefined {
  let node: JsonValue | undefined = params?.['arguments']
  for (const key of path) node = isJsonObject(node) ? node[key] : undefined
  return typeof node === 'string' || typeof node === 'number' || typeof node === 'boolean' ? String(node) : undefined
}

/** Text as a header value: as it is when it is plain, else in the base64 form of SEP-2243. */
export function encodeHeaderValue(text: string): string {
  const plain =
    /^[\x21-\x7E]([\x20-\x7E]*[\x21-\x7E])?$/.test(text) && !(text.startsWith('=?base64?') && text.endsWith('?='))
  return plain ? text : `=?base64?${Buffer.from(text, 'utf8').toString('base64')}?=`
}

/** The text of a header value; `undefined` when its base64 form is broken. */
export function decodeHeaderValue(value: string): string | undefined {
  const trimmed = value.replace(/^[ \t]+|[ \t]+$/g, '')
  if (!trimmed.startsWith('=?base64?') || !trimmed.endsWith('?=')) return trimmed
  const encoded = trimmed.slice(9, -2)
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.toString('base64') !== encoded) return undefined
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined
}
