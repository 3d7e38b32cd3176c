import { type JsonObject, type JsonValue, isJsonArray, isJsonObject } from '@nexus/plugin-api'
import { openapiError } from './errors.ts'
import { MAX_DEPTH, MAX_INLINE_NODES } from './limits.ts'
import type { OpenApiDocument } from './load-document.ts'
import { modernize } from './modernize-schema.ts'
import { lookUp } from './reference.ts'

/** Keywords by what they hold. Everything else is copied as it is. Source: JSON Schema 2020-12. */
const ONE = new Set([
  'additionalProperties',
  'contains',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
])
const LIST = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems'])
const MAP = new Set(['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties'])
/** Of use to documentation generators only, or meaningless once references are gone. */
const DROPPED = new Set(['$anchor', '$id', '$schema', 'discriminator', 'externalDocs', 'xml'])

/** Turns schemas of the document into JSON Schema 2020-12 that stands on its own. One writer serves one tool. */
export interface SchemaWriter {
  write(schema: JsonValue | undefined): JsonValue
  /** Definitions that the written schemas refer to; empty when none is recursive. */
  definitions(): JsonObject
}

/**
 * References are written out in place, so that clients without `$ref` support understand them. A reference to a schema
 * that is being written already, or one met after many nodes, becomes an entry of `$defs` instead: each such schema is
 * written once, so the work is bounded by the document's size.
 */
export function createSchemaWriter(document: OpenApiDocument): SchemaWriter {
  const names = new Map<string, string>()
  const written = new Map<string, JsonValue>()
  const waiting: string[] = []
  let nodes = 0

  function define(reference: string): JsonObject {
    let name = names.get(reference)
    if (name === undefined) {
      const base = (reference.split('/').at(-1) ?? '').replace(/[^A-Za-z0-9_-]/g, '_') || 'schema'
      const taken = new Set(names.values())
      name = base
      for (let index = 2; taken.has(name); index++) name = `${base}_${index}`
      names.set(reference, name)
      waiting.push(reference)
    }
    return { $ref: `#/$defs/${name}` }
  }

  function follow(reference: string, open: readonly string[], depth: number): JsonValue {
    if (open.includes(reference) || depth > MAX_DEPTH / 2 || nodes > MAX_INLINE_NODES) return define(reference)
    return convert(lookUp(document.root, reference), [...open, reference], depth + 1)
  }

  function convertEntry(key: string, value: JsonValue, open: readonly string[], depth: number): JsonValue {
    if (ONE.has(key)) return convert(value, open, depth)
    if (LIST.has(key) && isJsonArray(value)) return value.map((item) => convert(item, open, depth))
    if (MAP.has(key) && isJsonObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, convert(item, open, depth)]))
    }
    return value
  }

  function convert(value: JsonValue, open: readonly string[], depth: number): JsonValue {
    nodes++
    if (typeof value === 'boolean') return value
    if (!isJsonObject(value)) return {}
    if (depth > MAX_DEPTH)
      throw openapiError('OPENAPI_DOCUMENT', `Expected schemas nested at most ${MAX_DEPTH} deep, found a deeper one.`)
    const reference = value['$ref']
    const siblings = Object.entries(value).filter(
      ([key]) => key !== '$ref' && !DROPPED.has(key) && !key.startsWith('x-'),
    )
    const own = Object.fromEntries(siblings.map(([key, item]) => [key, convertEntry(key, item, open, depth + 1)]))
    if (typeof reference !== 'string') return dropReadOnly(document.dialect === '3.0' ? modernize(own) : own)
    const target = follow(reference, open, depth)
    // 3.0: siblings of `$ref` have no meaning. 3.1: they add to it.
    if (document.dialect === '3.0' || siblings.length === 0) return target
    return isJsonObject(target) &&
      !('$ref' in target) &&
      siblings.every(([key]) => key === 'description' || key === 'title')
      ? { ...target, ...own }
      : { allOf: [target], ...own }
  }

  return {
    write: (schema) => convert(schema ?? {}, [], 0),
    definitions() {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const name = names.get(next) ?? next
        written.set(name, convert(lookUp(document.root, next), [next], 0))
      }
      return Object.fromEntries(written)
    },
  }
}

/** Properties that only answers carry are not asked for. */
function dropReadOnly(schema: JsonObject): JsonObject {
  const properties = schema['properties']
  if (!isJsonObject(properties)) return schema
  const kept = Object.entries(properties).filter(
    ([, property]) => !isJsonObject(property) || property['readOnly'] !== true,
  )
  if (kept.length === Object.keys(properties).length) return schema
  const names = new Set(kept.map(([name]) => name))
  const required = isJsonArray(schema['required'])
    ? { required: schema['required'].filter((name) => typeof name === 'string' && names.has(name)) }
    : {}
  return { ...schema, properties: Object.fromEntries(kept), ...required }
}
