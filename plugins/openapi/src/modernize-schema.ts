import { type JsonObject, type JsonValue, isJsonArray } from '@nexus/plugin-api'

/** One schema object of OpenAPI 3.0 in the words of JSON Schema 2020-12; schemas inside it are converted already. */
export function modernize(schema: JsonObject): JsonObject {
  const { nullable, example, exclusiveMinimum, exclusiveMaximum, ...rest } = schema
  const bounds = { ...bound('Minimum', exclusiveMinimum, rest), ...bound('Maximum', exclusiveMaximum, rest) }
  const examples = example === undefined ? {} : { examples: [example] }
  const kept = Object.entries(rest).filter(
    ([key]) => !(key === 'minimum' && exclusiveMinimum === true) && !(key === 'maximum' && exclusiveMaximum === true),
  )
  const modern: JsonObject = { ...Object.fromEntries(kept), ...bounds, ...examples }
  return nullable === true ? allowNull(modern) : modern
}

function bound(side: 'Minimum' | 'Maximum', exclusive: JsonValue | undefined, rest: JsonObject): JsonObject {
  const limit = rest[side.toLowerCase()]
  if (exclusive === true && typeof limit === 'number') return { [`exclusive${side}`]: limit }
  return typeof exclusive === 'number' ? { [`exclusive${side}`]: exclusive } : {}
}

function allowNull(schema: JsonObject): JsonObject {
  const type = schema['type']
  if (typeof type !== 'string') {
    // Without a type there is nothing to widen, and `{}` takes null already.
    return Object.keys(schema).some((key) => ['allOf', 'anyOf', 'oneOf', 'enum', '$ref'].includes(key))
      ? { anyOf: [schema, { type: 'null' }] }
      : schema
  }
  const values = schema['enum']
  const widened = isJsonArray(values) && !values.includes(null) ? { enum: [...values, null] } : {}
  return { ...schema, ...widened, type: [type, 'null'] }
}
