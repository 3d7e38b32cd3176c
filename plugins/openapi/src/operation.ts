import { type JsonObject, type JsonValue, isJsonArray, isJsonObject } from '@nexus/plugin-api'
import type { OpenApiDocument } from './load-document.ts'
import { resolveObject } from './reference.ts'

/** Methods an operation may have here, in the order in which they become tools. */
const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete'] as const
const READING: ReadonlySet<string> = new Set(['get', 'head'])
const PLACES = ['path', 'query', 'header'] as const

/** Where a parameter goes. */
export type Place = (typeof PLACES)[number]

/** One parameter of an operation, references resolved. Source: OpenAPI 3.1 section 4.8.12. */
export interface Parameter {
  readonly name: string
  readonly place: Place
  readonly required: boolean
  readonly description: string | undefined
  readonly schema: JsonValue | undefined
  readonly style: string
  readonly explode: boolean
  readonly allowReserved: boolean
  /** Media type of a parameter that is sent as a document, usually JSON. */
  readonly mediaType: string | undefined
}

/** The body of an operation, in the media type it will be sent as. */
export interface RequestBody {
  readonly mediaType: string
  readonly required: boolean
  readonly description: string | undefined
  readonly schema: JsonValue | undefined
}

/** One operation of the document. */
export interface Operation {
  readonly method: (typeof METHODS)[number]
  readonly path: string
  readonly id: string | undefined
  readonly title: string | undefined
  readonly description: string | undefined
  readonly tags: readonly string[]
  readonly parameters: readonly Parameter[]
  readonly body: RequestBody | undefined
  /** Why the operation cannot be offered; `undefined` when it can. */
  readonly obstacle: string | undefined
}

/** Which operations are wanted. */
export interface Selection {
  readonly include: readonly string[]
  readonly readOnly: boolean
}

/** The operations of a document that the selection wants, in the document's order. */
export function readOperations(document: OpenApiDocument, selection: Selection): readonly Operation[] {
  const operations: Operation[] = []
  for (const [path, entry] of Object.entries(document.root['paths'] ?? {})) {
    const item = resolveObject(document.root, entry)
    if (item === undefined || !path.startsWith('/')) continue
    for (const method of METHODS) {
      const value = item[method]
      if (!isJsonObject(value) || (selection.readOnly && !READING.has(method))) continue
      const operation = readOperation(document.root, path, method, item, value)
      if (isIncluded(operation, selection.include)) operations.push(operation)
    }
  }
  return operations
}

function isIncluded(operation: Operation, include: readonly string[]): boolean {
  if (include.length === 0) return true
  return include.some((entry) => {
    if (entry.endsWith('*')) return operation.path.startsWith(entry.slice(0, -1))
    return entry === operation.id || entry === operation.path || operation.tags.includes(entry)
  })
}

function readOperation(
  root: JsonObject,
  path: string,
  method: Operation['method'],
  item: JsonObject,
  value: JsonObject,
): Operation {
  const body = READING.has(method) ? undefined : readBody(root, value['requestBody'])
  return {
    method,
    path,
    id: textOf(value['operationId']),
    title: textOf(value['summary']) ?? textOf(item['summary']),
    description: textOf(value['description']) ?? textOf(item['description']),
    tags: isJsonArray(value['tags']) ? value['tags'].filter((tag) => typeof tag === 'string') : [],
    parameters: readParameters(root, item['parameters'], value['parameters']),
    body: typeof body === 'string' ? undefined : body,
    obstacle: typeof body === 'string' ? body : needsCookie(root, item['parameters'], value['parameters']),
  }
}

/** Cookies are the host's business; a plugin can set none. Optional ones are simply not offered. */
function needsCookie(root: JsonObject, ...lists: readonly (JsonValue | undefined)[]): string | undefined {
  const entries = lists.flatMap((list) => (isJsonArray(list) ? list : [])).map((entry) => resolveObject(root, entry))
  const cookie = entries.find((entry) => entry?.['in'] === 'cookie' && entry['required'] === true)
  return cookie === undefined ? undefined : `it needs the cookie ${textOf(cookie['name']) ?? 'that it names'}`
}

/** Those of the operation replace those of its path that have the same name and place. */
function readParameters(root: JsonObject, ...lists: readonly (JsonValue | undefined)[]): readonly Parameter[] {
  const parameters = new Map<string, Parameter>()
  for (const entry of lists.flatMap((list) => (isJsonArray(list) ? list : []))) {
    const value = resolveObject(root, entry)
    const name = textOf(value?.['name'])
    const place = PLACES.find((known) => known === value?.['in'])
    if (value === undefined || name === undefined || place === undefined) continue
    parameters.set(`${place}:${name}`, readParameter(name, place, value))
  }
  return [...parameters.values()]
}

function readParameter(name: string, place: Place, value: JsonObject): Parameter {
  const style = textOf(value['style']) ?? (place === 'query' ? 'form' : 'simple')
  const content = isJsonObject(value['content']) ? Object.entries(value['content'])[0] : undefined
  const inner = content?.[1]
  return {
    name,
    place,
    required: place === 'path' || value['required'] === true,
    description: textOf(value['description']),
    schema: content === undefined ? value['schema'] : isJsonObject(inner) ? inner['schema'] : undefined,
    style,
    explode: typeof value['explode'] === 'boolean' ? value['explode'] : style === 'form' || style === 'deepObject',
    allowReserved: value['allowReserved'] === true,
    mediaType: content?.[0],
  }
}

/** The body, `undefined` when there is none, or a text that says why it cannot be sent. */
function readBody(root: JsonObject, value: JsonValue | undefined): RequestBody | string | undefined {
  const body = resolveObject(root, value)
  const content = body?.['content']
  if (body === undefined || !isJsonObject(content) || Object.keys(content).length === 0) return undefined
  const types = Object.keys(content)
  const mediaType =
    types.find(isJsonType) ??
    types.find((type) => bare(type) === 'application/x-www-form-urlencoded') ??
    types.find((type) => bare(type) === 'text/plain') ??
    (types.includes('*/*') ? '*/*' : undefined)
  if (mediaType === undefined) {
    return body['required'] === true ? `its body must be sent as ${types.join(' or ')}` : undefined
  }
  const media = content[mediaType]
  return {
    mediaType: mediaType === '*/*' ? 'application/json' : mediaType,
    required: body['required'] === true,
    description: textOf(body['description']),
    schema: isJsonObject(media) ? media['schema'] : undefined,
  }
}

function bare(mediaType: string): string {
  return (mediaType.split(';')[0] ?? '').trim().toLowerCase()
}

/** Is this media type JSON or something written in JSON (`application/problem+json`)? */
export function isJsonType(mediaType: string): boolean {
  const type = bare(mediaType)
  return type === 'application/json' || type === 'text/json' || /^application\/[a-z0-9.-]+\+json$/.test(type)
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}
