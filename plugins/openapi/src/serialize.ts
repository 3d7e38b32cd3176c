import { type JsonObject, type JsonValue, isJsonArray, isJsonObject } from '@nexus/plugin-api'
import { openapiError } from './errors.ts'
import type { Parameter } from './operation.ts'

/** A value that a URL or a header can carry. */
function scalar(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Percent-encoding of everything but unreserved characters. Source: RFC 3986 section 2.3. */
export function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** As `encode`, but reserved characters stay, except those that would end the query or start another pair. */
function encodeReserved(text: string): string {
  return encodeURI(text.toWellFormed()).replace(/[#&+]/g, (character) => encode(character))
}

function entriesOf(value: JsonObject): readonly (readonly [string, string])[] {
  return Object.entries(value)
    .filter(([, item]) => item !== null)
    .map(([key, item]) => [key, scalar(item)])
}

/** The parameter's text for a path segment, in the styles simple, label and matrix. */
export function serializePath(parameter: Parameter, value: JsonValue): string {
  const text = pathText(parameter, value)
  if (text === '' || /^(\.|%2e){1,2}$/i.test(text)) {
    // `.` and `..` would lead to another operation, encoded or not; an empty segment too.
    throw openapiError(
      'OPENAPI_ARGUMENT',
      `Expected a value other than an empty text, \`.\` and \`..\` for \`${parameter.name}\`.`,
    )
  }
  return text
}

function pathText(parameter: Parameter, value: JsonValue): string {
  if (parameter.mediaType !== undefined) return encode(JSON.stringify(value))
  const { style, explode, name } = parameter
  const lead = style === 'label' ? '.' : style === 'matrix' ? ';' : ''
  const separator = style === 'label' && explode ? '.' : style === 'matrix' && explode ? ';' : ','
  const named = style === 'matrix' ? `${encode(name)}=` : ''
  if (isJsonArray(value)) {
    const items = value.map((item) => encode(scalar(item)))
    return explode && named !== ''
      ? lead + items.map((item) => named + item).join(separator)
      : lead + named + items.join(separator)
  }
  if (isJsonObject(value)) {
    const pairs = entriesOf(value).map(([key, item]) => `${encode(key)}${explode ? '=' : ','}${encode(item)}`)
    return lead + (explode ? '' : named) + pairs.join(separator)
  }
  return lead + named + encode(scalar(value))
}

/** The parameter's pairs `name=value` for the query, in the styles form, spaceDelimited, pipeDelimited and deepObject. */
export function serializeQuery(parameter: Parameter, value: JsonValue): readonly string[] {
  const write = parameter.allowReserved ? encodeReserved : encode
  const name = encode(parameter.name)
  if (parameter.mediaType !== undefined) return [`${name}=${write(JSON.stringify(value))}`]
  if (isJsonArray(value)) {
    const items = value.map((item) => write(scalar(item)))
    if (parameter.style === 'deepObject') return items.map((item, index) => `${name}%5B${index}%5D=${item}`)
    if (parameter.explode) return items.map((item) => `${name}=${item}`)
    const separator = parameter.style === 'spaceDelimited' ? '%20' : parameter.style === 'pipeDelimited' ? '%7C' : ','
    return items.length === 0 ? [] : [`${name}=${items.join(separator)}`]
  }
  if (!isJsonObject(value)) return [`${name}=${write(scalar(value))}`]
  if (parameter.style === 'deepObject') return deepPairs(name, value, write)
  if (parameter.explode) return entriesOf(value).map(([key, item]) => `${encode(key)}=${write(item)}`)
  return [
    `${name}=${entriesOf(value)
      .flatMap(([key, item]) => [encode(key), write(item)])
      .join(',')}`,
  ]
}

/** `filter[a][b]=c`; lists repeat the name, as most servers that read this style expect. */
function deepPairs(prefix: string, value: JsonObject, write: (text: string) => string): readonly string[] {
  return Object.entries(value).flatMap(([key, item]) => {
    const name = `${prefix}%5B${encode(key)}%5D`
    if (item === null) return []
    if (isJsonObject(item)) return deepPairs(name, item, write)
    if (isJsonArray(item)) return item.map((entry) => `${name}=${write(scalar(entry))}`)
    return [`${name}=${write(scalar(item))}`]
  })
}

/** The parameter's text for a header, in the style simple. */
export function serializeHeader(parameter: Parameter, value: JsonValue): string {
  const text = headerText(parameter, value)
  if (/[^\t\x20-\x7e]/.test(text)) {
    throw openapiError('OPENAPI_ARGUMENT', `Expected printable ASCII for the header \`${parameter.name}\`.`)
  }
  return text
}

function headerText(parameter: Parameter, value: JsonValue): string {
  if (parameter.mediaType !== undefined) return JSON.stringify(value)
  if (isJsonArray(value)) return value.map(scalar).join(',')
  if (!isJsonObject(value)) return scalar(value)
  return entriesOf(value)
    .map(([key, item]) => (parameter.explode ? `${key}=${item}` : `${key},${item}`))
    .join(',')
}

/** A form body. Lists repeat the name, objects are written `name[key]`. Source: the URL standard, section 5.2. */
export function serializeForm(value: JsonValue): string {
  if (!isJsonObject(value))
    throw openapiError('OPENAPI_ARGUMENT', 'Expected an object as the body, found another value.')
  return Object.entries(value)
    .flatMap(([key, item]) => {
      if (item === null) return []
      if (isJsonObject(item)) return deepPairs(encode(key), item, encode)
      return (isJsonArray(item) ? item : [item]).map((entry) => `${encode(key)}=${encode(scalar(entry))}`)
    })
    .join('&')
}
