import { type JsonObject, type JsonValue, isJsonArray, isJsonObject } from '@nexus/plugin-api'
import { openapiError } from './errors.ts'
import { MAX_DEPTH } from './limits.ts'

/** What a local reference such as `#/components/schemas/Pet` points at. Source: RFC 6901. */
export function lookUp(root: JsonObject, reference: string): JsonValue {
  if (reference !== '#' && !reference.startsWith('#/')) {
    throw openapiError(
      'OPENAPI_REFERENCE',
      `Expected a reference within the document, found \`${reference}\`. Bundle the document into one file.`,
    )
  }
  let value: JsonValue | undefined = root
  for (const part of reference.split('/').slice(1)) {
    const key = decodePart(part)
    if (isJsonObject(value)) value = Object.hasOwn(value, key) ? value[key] : undefined
    else if (isJsonArray(value)) value = value[Number(key)]
    else value = undefined
    if (value === undefined)
      throw openapiError('OPENAPI_REFERENCE', `Expected something at \`${reference}\`, found nothing.`)
  }
  return value
}

function decodePart(part: string): string {
  const plain = /%[0-9a-f]{2}/i.test(part) ? decodeURIComponent(part) : part
  return plain.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** The object behind a value that may be a reference, or a chain of them. `undefined` when it is no object. */
export function resolveObject(root: JsonObject, value: JsonValue | undefined): JsonObject | undefined {
  let current = value
  for (let hops = 0; isJsonObject(current); hops++) {
    const reference: JsonValue | undefined = current['$ref']
    if (typeof reference !== 'string') return current
    if (hops >= MAX_DEPTH)
      throw openapiError(
        'OPENAPI_REFERENCE',
        `Expected \`${reference}\` to lead to an object, found a circle of references.`,
      )
    current = lookUp(root, reference)
  }
  return undefined
}
